// Builds the bundles that ship: the runner, the small program that starts its jobs, and the extension. `--watch` rebuilds on change.
import { chmod, cp, readFile, rm, writeFile } from 'node:fs/promises';
import standalone from 'ajv/dist/standalone/index.js';
import { build, context } from 'esbuild';
import { makeAjv } from './src/spec/make-ajv.ts';

/**
 * Puts the validators that ajv generates in the place of the modules that would compile a schema at run time.
 * @param {RegExp} filter
 * @param {string} schemaPath
 * @param {string} name
 */
const generatedValidator = (filter, schemaPath, name) => ({
  name: `generated-${name}`,
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onLoad }) {
    onLoad({ filter }, async () => {
      const schema = JSON.parse(await readFile(schemaPath, 'utf8'));
      const ajv = makeAjv({ source: true, esm: true });
      const code = standalone.default(ajv, ajv.compile(schema));
      const contents = `${code}
export const ${name} = (value) => (validate(value) ? [] : (validate.errors ?? []));`;
      return { contents, loader: 'js', resolveDir: import.meta.dirname };
    });
  },
});

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  // Without `keepNames`, which would cost a call for each function that is made: a tenth of a plan.
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  plugins: [
    generatedValidator(/src[/\\]spec[/\\]schema-errors\.ts$/, 'schemas/spec.schema.json', 'schemaErrors'),
    generatedValidator(/src[/\\]spec[/\\]config-errors\.ts$/, 'schemas/config.schema.json', 'configErrors'),
  ],
  logLevel: 'info',
  // The bundles are CommonJS, which knows its own folder by another name.
  define: { 'import.meta.dirname': '__dirname' },
};

const bundles = [
  {
    ...shared,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/runner.cjs',
  },
  { ...shared, entryPoints: ['src/cli/start-jobs.ts'], outfile: 'dist/start-jobs.cjs' },
  { ...shared, entryPoints: ['src/extension/main.ts'], outfile: 'dist/extension.cjs', external: ['vscode'] },
];

// The program itself only looks at Node's version, which an old Node could not read the runner to do, and turns on
// Node's cache of compiled code, which must happen before the runner is loaded.
const launcher = `#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) < 22) {
  console.error('minipach: Node 22 or newer is needed, and this is ' + process.version + ': install a newer one, or use the one in VS Code.');
  process.exitCode = 3;
} else {
  require('node:module').enableCompileCache?.();
  require('./runner.cjs');
}
`;

// `minipach demo` copies these files; they ship as they are.
await rm('dist/demo', { recursive: true, force: true });
await cp('examples/demo', 'dist/demo', { recursive: true });

if (process.argv.includes('--watch')) {
  for (const options of bundles) await (await context(options)).watch();
} else {
  await Promise.all(bundles.map((options) => build(options)));
  await writeFile('dist/minipach.cjs', launcher);
  await chmod('dist/minipach.cjs', 0o755);
}
