// `npm test`: everything that must hold, in one go. The very last line is `N passed, N failed, N skipped`.
//
// Plain JavaScript, because it may be started by a Node that is too old to run TypeScript. The project brings
// its own (the development dependency `node`), which npm puts first in PATH; started by hand, this finds it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 18)) {
  const { runAll } = await import('./suites/run-all.ts');
  process.exitCode = await runAll(root);
} else {
  const own = join(root, 'node_modules', '.bin', 'node');
  if (!existsSync(own) || process.env.MINIPACH_TEST_NODE === own) {
    console.error(
      `Node ${process.versions.node} cannot run TypeScript, and ${own} is missing: run \`npm ci\` first.`,
    );
    process.exitCode = 1;
  } else {
    const env = { ...process.env, MINIPACH_TEST_NODE: own };
    process.exitCode = spawnSync(own, [import.meta.filename], { stdio: 'inherit', env }).status ?? 1;
  }
}
