// Builds the bundles that ship: the runner, the small program that starts its jobs, the extension, its page, and what
// runner and extension share. `--watch` rebuilds on change.
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
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

const generatedValidators = [
  generatedValidator(/src[/\\]spec[/\\]schema-errors\.ts$/, 'schemas/spec.schema.json', 'schemaErrors'),
  generatedValidator(/src[/\\]spec[/\\]config-errors\.ts$/, 'schemas/config.schema.json', 'configErrors'),
];

/**
 * Modules that the runner and the extension both load, each in a file of its own, so that the package holds them once;
 * the extension needs none of them to be activated.
 */
const SHARED_MODULES = [
  { import: /^execa$/, file: './execa.cjs', source: "export { execa } from 'execa';" },
  { import: /^yaml$/, file: './yaml.cjs', source: "export * from 'yaml';" },
  {
    import: /[/](?:schema|config)-errors\.ts$/,
    file: './validators.cjs',
    source:
      "export { schemaErrors } from './src/spec/schema-errors.ts'; export { configErrors } from './src/spec/config-errors.ts';",
  },
  // They are published anyway, beside the bundles.
  { import: /[/]spec\.schema\.json$/, file: '../schemas/spec.schema.json', source: undefined },
  { import: /[/]config\.schema\.json$/, file: '../schemas/config.schema.json', source: undefined },
];

/** Leaves shared modules to their own files. */
const sharedModules = {
  name: 'shared-modules',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onResolve }) {
    for (const { import: filter, file } of SHARED_MODULES)
      onResolve({ filter }, () => ({ path: file, external: true }));
  },
};

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
  plugins: [...generatedValidators, sharedModules],
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
  {
    ...shared,
    entryPoints: ['src/extension/page/graph-page.ts'],
    outfile: 'dist/graph-page.js',
    platform: 'browser',
    format: 'iife',
    target: 'chrome128',
  },
  { ...shared, entryPoints: ['src/extension/main.ts'], outfile: 'dist/extension.cjs', external: ['vscode'] },
  ...SHARED_MODULES.flatMap(({ file, source }) =>
    source === undefined
      ? []
      : {
          ...shared,
          stdin: { contents: source, resolveDir: import.meta.dirname, loader: 'ts' },
          plugins: generatedValidators,
          outfile: `dist/${file}`,
        },
  ),
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

// What terminals in VS Code find as `minipach`: VS Code's own program runs the runner as Node would.
const commands = {
  minipach: `#!/bin/sh
export ELECTRON_RUN_AS_NODE=1
exec "\${MINIPACH_NODE:-node}" "$(dirname "$0")/../minipach.cjs" "$@"
`,
  'minipach.cmd': `@echo off\r
setlocal\r
set ELECTRON_RUN_AS_NODE=1\r
if not defined MINIPACH_NODE set MINIPACH_NODE=node\r
"%MINIPACH_NODE%" "%~dp0..\\minipach.cjs" %*\r
`,
};

// `minipach demo` copies these files; they ship as they are.
await rm('dist/demo', { recursive: true, force: true });
await cp('examples/demo', 'dist/demo', { recursive: true });

if (process.argv.includes('--watch')) {
  for (const options of bundles) await (await context(options)).watch();
} else {
  await Promise.all(bundles.map((options) => build(options)));
  await writeFile('dist/minipach.cjs', launcher);
  await chmod('dist/minipach.cjs', 0o755);
  await mkdir('dist/bin', { recursive: true });
  for (const [name, text] of Object.entries(commands)) {
    await writeFile(`dist/bin/${name}`, text);
    await chmod(`dist/bin/${name}`, 0o755);
  }
}
