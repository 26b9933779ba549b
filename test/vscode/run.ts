/**
 * Runs the tests in real VS Code: `node test/vscode/run.ts [--report FILE] [--grep TEXT] [host] [user]`. Ends with 1 when a
 * test failed; the counts go into the file. With a text, only tests whose titles have it.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installCodeServer } from '../rigs/install-code-server.mjs';
import { runHostSuite } from './run-host-suite.ts';
import { runUserSuite } from './run-user-suite.ts';
import { addResults, NO_RESULT, type SuiteResult } from './suite-result.ts';

const root = path.join(import.meta.dirname, '..', '..');
const { values, positionals } = parseArgs({
  options: { report: { type: 'string' }, grep: { type: 'string' } },
  allowPositionals: true,
});
const suites: Record<string, { title: string; run: (root: string) => Promise<SuiteResult> }> = {
  host: { title: 'in the extension host', run: runHostSuite },
  user: { title: 'as a person', run: runUserSuite },
  bars: { title: 'measured in a large project', run: (folder) => runHostSuite(folder, true) },
};
if (values.grep) process.env['MINIPACH_GREP'] = values.grep;
const wanted = positionals.length > 0 ? positionals : ['host', 'user'];

await installCodeServer({ log: (line) => console.log(line) });
let total = NO_RESULT;
for (const name of wanted) {
  const suite = suites[name];
  if (!suite) throw new Error(`There is no suite ${name}: choose from ${Object.keys(suites).join(', ')}.`);
  console.log(`\nVS Code, ${suite.title}`);
  const result = await suite.run(root);
  console.log(`  ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`);
  total = addResults(total, result);
}
if (values.report) await writeFile(values.report, `${JSON.stringify(total, undefined, 2)}\n`);
// A browser or server that lingers must not keep the run from ending.
process.exit(total.failed > 0 ? 1 : 0);
