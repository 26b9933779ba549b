import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseSpec } from '../src/spec/parse.ts';

const ROOT = join(import.meta.dirname, '..');

async function read(path: string): Promise<string> {
  return await readFile(join(ROOT, path), 'utf8');
}

async function documents(): Promise<readonly string[]> {
  const inRoot = (await readdir(ROOT)).filter((name) => name.endsWith('.md'));
  const inDocs = (await readdir(join(ROOT, 'docs'), { recursive: true })).filter((name) =>
    name.endsWith('.md'),
  );
  return [...inRoot, ...inDocs.map((name) => `docs/${name}`)];
}

describe('the documents', () => {
  it('link only to files that are there', async () => {
    const broken: string[] = [];
    for (const path of await documents()) {
      for (const [, target = ''] of (await read(path)).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        if (!existsSync(join(ROOT, dirname(path), target))) broken.push(`${path}: ${target}`);
      }
    }
    assert.deepEqual(broken, []);
  });

  it('name exactly the commands that there are', async () => {
    const sources = await Promise.all(
      ['main', 'dataset-commands', 'hook-commands'].map((name) => read(`src/cli/${name}.ts`)),
    );
    const source = sources.join('');
    const commands = [...source.matchAll(/\.command\('([a-z-]+)'\)/g)].map(([, name]) => name);
    const table = [...(await read('README.md')).matchAll(/^\| `minipach ([a-z-]+)/gm)].map(
      ([, name]) => name,
    );
    assert.deepEqual(table.sort(), commands.sort());
  });

  it('show only specs that are right', async () => {
    let shown = 0;
    for (const path of await documents()) {
      for (const [, text = ''] of (await read(path)).matchAll(/```yaml\n([\s\S]*?)```/g)) {
        if (!/^input:/m.test(text) || !/^transform:/m.test(text)) continue;
        shown += 1;
        assert.deepEqual(parseSpec(text, { directory: 'here' }).diagnostics, [], `${path}\n${text}`);
      }
    }
    assert.ok(shown > 8);
  });

  it('name only scripts that there are', async () => {
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
    for (const path of await documents()) {
      for (const [, name = ''] of (await read(path)).matchAll(/\bnpm run (?:-s )?([a-z:]+)/g)) {
        assert(name in scripts, `${path} names the script ${name}`);
      }
    }
  });

  it('give the commands that continuous integration runs, word for word', async () => {
    const readme = await read('README.md');
    assert(readme.includes('```sh\nnpm ci && npm run demo\n```'));
    assert(readme.includes('```sh\nnpm ci && npm test\n```'));
    assert.match(await read('.ci/run'), /&& npm ci && npm test\n$/);
  });

  it('name every part of the sources', async () => {
    const architecture = await read('ARCHITECTURE.md');
    for (const folder of await readdir(join(ROOT, 'src'))) {
      assert(
        architecture.includes(`\`src/${folder}/\``),
        `ARCHITECTURE.md does not say what src/${folder}/ knows`,
      );
    }
  });
});
