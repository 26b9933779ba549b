import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type ArchitectureRule, RULES } from './architecture/rules.ts';
import { blankOut, sourceFile } from './architecture/source-file.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDERS = ['src', 'test', 'bench', 'examples'];

async function projectSources() {
  const files = await Promise.all(
    FOLDERS.filter((folder) => existsSync(join(ROOT, folder))).map(async (folder) => {
      const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile() && /\.(?:ts|mjs)$/.test(entry.name))
        .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
    }),
  );
  return await Promise.all(
    files.flat().map(async (path) => sourceFile(path, await readFile(join(ROOT, path), 'utf8'))),
  );
}

/** For each rule: sources that break it once, sources that only look like it, and what the message names. */
const PLANTED: Readonly<
  Record<string, { breaks: Record<string, string>[]; keeps: Record<string, string>; says: RegExp }>
> = {
  'imports go one way: spec ← plan ← project ← run ← cli': {
    breaks: [
      { 'src/spec/a.ts': "import { b } from '../plan/b.ts';\n" },
      { 'src/plan/a.ts': "import type { B } from '../project/b.ts';\n" },
      { 'src/run/a.ts': "import {\n  b,\n  c,\n} from '../cli/b.ts';\n" },
      { 'src/extension/a.ts': "import { b } from '../run/b.ts';\n" },
      { 'src/extension/a.ts': "const b = await import('../cli/b.ts');\n" },
      { 'src/project/a.ts': "type B = import('../extension/b.ts').B;\n" },
      { 'src/cli/a.ts': "import '../extension/b.ts';\n" },
      { 'src/cli/a.ts': "import { b } from '../../test/b.ts';\n" },
      { 'src/shared/a.ts': '' },
    ],
    keeps: {
      'src/cli/a.ts':
        "import { b } from '../run/b.ts';\nimport { c } from '../spec/c.ts';\nimport 'commander';\n",
      'src/extension/a.ts': "import * as vscode from 'vscode';\nimport { b } from '../project/b.ts';\n",
      'src/spec/a.ts':
        "// import { b } from '../plan/b.ts';\nimport schema from '../../schemas/s.json' with { type: 'json' };\n",
      'test/a.ts': "import { b } from '../src/run/b.ts';\n",
    },
    says: /may import only|is in none of/,
  },
  'no file imports itself through others, types included': {
    breaks: [
      {
        'src/plan/a.ts': "import type { B } from './b.ts';\n",
        'src/plan/b.ts': "import { a } from './a.ts';\n",
      },
      { 'src/plan/a.ts': "import { a } from './a.ts';\n" },
    ],
    keeps: {
      'src/plan/a.ts': "import { b } from './b.ts';\nimport { c } from './c.ts';\n",
      'src/plan/b.ts': "import { c } from './c.ts';\n",
      'src/plan/c.ts': '',
    },
    says: /imports itself: .* → /,
  },
  'only src/project/process.ts and src/project/process-group.ts start processes': {
    breaks: [
      { 'src/run/a.ts': "import { spawn } from 'node:child_process';\n" },
      { 'src/project/git.ts': "import { execa } from 'execa';\n" },
      { 'src/extension/a.ts': "import type { ChildProcess } from 'node:child_process';\n" },
    ],
    keeps: {
      'src/project/process.ts':
        "import { spawn } from 'node:child_process';\nimport { execa } from 'execa';\n",
      'src/project/process-group.ts': "import { spawn } from 'node:child_process';\n",
    },
    says: /start processes through/,
  },
  'only src/extension/ imports vscode': {
    breaks: [{ 'src/project/a.ts': "import type { Uri } from 'vscode';\n" }],
    keeps: { 'src/extension/a.ts': "import * as vscode from 'vscode';\n" },
    says: /keep that in src\/extension/,
  },
  'spec and plan import no part of Node but node:crypto': {
    breaks: [
      { 'src/spec/a.ts': "import { readFileSync } from 'node:fs';\n" },
      { 'src/plan/a.ts': "import path from 'path';\n" },
    ],
    keeps: {
      'src/plan/a.ts': "import { createHash } from 'node:crypto';\nimport { parse } from 'yaml';\n",
      'src/project/a.ts': "import { readFileSync } from 'node:fs';\n",
    },
    says: /reads nothing/,
  },
  'spec and plan use no clock, chance, locale, process or console': {
    breaks: [
      { 'src/spec/a.ts': 'const now = Date.now();\n' },
      { 'src/plan/a.ts': 'const n = Math.random();\n' },
      { 'src/plan/a.ts': 'if (process.env) debug();\n' },
      { 'src/plan/a.ts': "console.log('here');\n" },
      { 'src/plan/a.ts': 'names.sort((a, b) => a.localeCompare(b));\n' },
      { 'src/plan/a.ts': 'const id = crypto.randomUUID();\n' },
    ],
    keeps: {
      'src/plan/a.ts':
        "// Date.now() would differ.\nconst console_ = 'process';\nconst a = { process: 1 }.process;\n",
      'src/run/a.ts': 'console.log(Date.now());\n',
    },
    says: /take it as an argument/,
  },
  'no default exports': {
    breaks: [
      { 'src/cli/a.ts': 'export default function a() {}\n' },
      { 'test/a.ts': 'const a = 1;\nexport { a as default };\n' },
    ],
    keeps: { 'src/cli/a.ts': '/** A. */\nexport const a = 1;\n' },
    says: /name it/,
  },
  'no file passes on what another one exports': {
    breaks: [
      { 'src/plan/a.ts': "export * from './b.ts';\n" },
      { 'src/plan/a.ts': "export { b } from './b.ts';\n" },
      { 'src/plan/a.ts': "export type { B } from './b.ts';\n" },
    ],
    keeps: { 'src/plan/a.ts': "import { from } from './b.ts';\nexport { from };\n" },
    says: /import from where it is made/,
  },
  'no file is longer than 300 lines': {
    breaks: [{ 'src/plan/a.ts': '\n'.repeat(301) }],
    keeps: { 'src/plan/a.ts': '\n'.repeat(300) },
    says: /has 301 lines/,
  },
  'names are in kebab-case and say what a file knows': {
    breaks: [{ 'src/plan/jobKey.ts': '' }, { 'src/plan/job_key.ts': '' }, { 'src/plan/utils.ts': '' }],
    keeps: { 'src/plan/job-key.ts': '', 'test/plan/job-key.test.ts': '', 'test/suites/a2.ts': '' },
    says: /kebab-case|what it knows/,
  },
  'every exported declaration has a docstring': {
    breaks: [
      { 'src/plan/a.ts': 'export const a = 1;\n' },
      { 'src/plan/a.ts': '// Not a docstring.\nexport async function a() {}\n' },
      { 'src/plan/a.ts': '/** Of the file. */\n\nexport interface A {}\n' },
    ],
    keeps: {
      'src/plan/a.ts':
        '/** A. */\nexport const a = 1;\n/**\n * B.\n */\n// biome-ignore lint/x: reason\nexport function b() {}\nconst c = 2;\n',
    },
    says: /without a docstring/,
  },
};

function check(rule: ArchitectureRule, sources: Readonly<Record<string, string>>) {
  return rule.check(Object.entries(sources).map(([path, text]) => sourceFile(path, text)));
}

describe('architecture', () => {
  describe('of this project', () => {
    for (const rule of RULES) {
      it(rule.name, async () => {
        const files = await projectSources();
        assert(
          files.some(({ path }) => path === 'src/spec/model.ts'),
          'the sources were not found',
        );
        const violations = rule.check(files).map(({ path, message }) => `${path} ${message}`);
        assert.deepEqual(violations, []);
      });
    }
  });

  describe('planted violations are found:', () => {
    for (const rule of RULES) {
      it(rule.name, () => {
        const planted = PLANTED[rule.name];
        assert(planted, 'every rule needs a planted violation');
        for (const sources of planted.breaks) {
          const violations = check(rule, sources);
          assert.equal(violations.length, 1, `${JSON.stringify(sources)} → ${JSON.stringify(violations)}`);
          assert.match(violations[0]?.message ?? '', planted.says);
        }
        assert.deepEqual(check(rule, planted.keeps), []);
      });
    }
  });

  it('blanks out comments, strings and regular expressions, position for position', () => {
    const text = "a('b//c', /['\"]/g, `d {e}`); // f\n/* g */ h = i / j / k;\n";
    assert.equal(blankOut(text).length, text.length);
    assert.equal(blankOut(text).replaceAll(/ +/g, ' '), 'a( , , ); \n h = i / j / k;\n');
  });
});
