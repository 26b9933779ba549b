/**
 * Packs the extension and looks at what would ship: small enough for anyone to install, everything that the
 * runner and the extension load, and nothing else.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

const MAXIMUM_BYTES = 500_000;
const NEEDED = [
  'package.json',
  'README.md',
  'LICENSE',
  'dist/bin/minipach',
  'dist/bin/minipach.cmd',
  'dist/execa.cjs',
  'dist/extension.cjs',
  'dist/graph-page.js',
  'dist/minipach.cjs',
  'dist/runner.cjs',
  'dist/start-jobs.cjs',
  'dist/validators.cjs',
  'dist/yaml.cjs',
  'dist/demo/edges/spec.yml',
  'dist/demo/code/paint.mjs',
  'schemas/config.schema.json',
  'schemas/spec.schema.json',
];
const UNWANTED = /^(?:src|test|bench|examples|node_modules|docs)\/|\.ts$|\.map$/;

const root = join(import.meta.dirname, '..', '..');

/** Runs vsce and returns what it printed; its failure is this program's. */
function vsce(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('vsce', [...args], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`vsce ${args[0]} failed:\n${stdout}${stderr}`);
  return stdout;
}

const files = vsce('ls', '--no-dependencies').trim().split('\n');
const problems = [
  ...NEEDED.filter((name) => !files.includes(name)).map((name) => `${name} is missing from the package.`),
  ...files.filter((name) => UNWANTED.test(name)).map((name) => `${name} must not be in the package.`),
];

const output = join(root, 'test-output');
await mkdir(output, { recursive: true });
const packed = join(output, 'minipach.vsix');
const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  scripts: { package: string };
};
// The options of `npm run package`, so that the two cannot come apart.
const options = scripts.package.split('vsce package ')[1]?.split(' ') ?? [];
vsce('package', ...options, '--out', packed);
const { size } = await stat(packed);
if (size >= MAXIMUM_BYTES) problems.push(`The package has ${size} bytes; ${MAXIMUM_BYTES} is too many.`);

for (const problem of problems) console.log(problem);
console.log(`${files.length} files, ${Math.round(size / 1000)} kB`);
process.exitCode = problems.length > 0 ? 1 : 0;
