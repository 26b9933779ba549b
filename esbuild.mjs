// Builds the two bundles that ship: the runner and the extension. `--watch` rebuilds on change.
import { chmod, cp, rm } from 'node:fs/promises';
import { build, context } from 'esbuild';

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: true,
  keepNames: true,
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'info',
  // The bundles are CommonJS, which knows its own folder by another name.
  define: { 'import.meta.dirname': '__dirname' },
};

const bundles = [
  {
    ...shared,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/minipach.cjs',
    banner: { js: '#!/usr/bin/env node' },
  },
  { ...shared, entryPoints: ['src/extension/main.ts'], outfile: 'dist/extension.cjs', external: ['vscode'] },
];

// `minipach demo` copies these files; they ship as they are.
await rm('dist/demo', { recursive: true, force: true });
await cp('examples/demo', 'dist/demo', { recursive: true });

if (process.argv.includes('--watch')) {
  for (const options of bundles) await (await context(options)).watch();
} else {
  await Promise.all(bundles.map((options) => build(options)));
  await chmod('dist/minipach.cjs', 0o755);
}
