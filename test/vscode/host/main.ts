/** The entry that VS Code calls inside its extension host. Results go out through files: nothing else gets out. */
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { runMocha } from '../run-mocha.ts';
import { NO_RESULT, type SuiteResult } from '../suite-result.ts';

/** Called by VS Code through \`extensionTestsPath\`. */
export async function run(): Promise<void> {
  const { MINIPACH_HOST_RESULT: file } = process.env;
  if (!file) throw new Error('MINIPACH_HOST_RESULT does not say where the results go.');
  const print = (line: string) => appendFileSync(`${file}.log`, `${line}\n`);
  let result: SuiteResult;
  try {
    result = await runMocha(
      { timeout: process.env['MINIPACH_BARS'] ? 600_000 : 60_000 },
      async () => {
        // It measures, in a project of its own.
        if (process.env['MINIPACH_BARS']) return void (await import('./bars.test.ts'));
        await import('./activation.test.ts');
        await import('./authoring.test.ts');
        await import('./navigation.test.ts');
        await import('./half-typed.test.ts');
        await import('./datasets.test.ts');
        await import('./same-words.test.ts');
        await import('./settings.test.ts');
        await import('./terminal.test.ts');
        await import('./graph.test.ts');
        await import('./views.test.ts');
        await import('./tasks.test.ts');
        // It makes an annex of the project, which nothing takes back.
        await import('./images.test.ts');
      },
      print,
    );
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    result = { ...NO_RESULT, failed: 1, failures: [{ title: 'The suite could not be run', message }] };
    print(message);
  }
  // Whole or not at all: somebody is watching for this file.
  writeFileSync(`${file}.tmp`, JSON.stringify(result));
  renameSync(`${file}.tmp`, file);
}
