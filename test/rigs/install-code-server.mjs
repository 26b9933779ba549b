// Installs VS Code's server (npm package `code-server`) once into a cache outside `node_modules`.
//
//   node test/rigs/install-code-server.mjs      prints the folder it is in
//
// It is no dependency of the project: its install compiles native modules for a minute or more, needs Debian's
// libkrb5-dev libsecret-1-dev libx11-dev libxkbfile-dev, and only the tests that start real VS Code want it.
import { spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The release that the tests are written against; 4.139.1 carries VS Code 1.139.1. */
export const CODE_SERVER_VERSION = '4.139.1';

/** Where the project keeps what is slow to make and safe to delete. */
export function cacheDirectory() {
  return process.env.MINIPACH_CACHE || path.join(homedir(), '.cache', 'minipach');
}

/** The folder that code-server is, or will be, installed in. */
export function codeServerDirectory() {
  return path.join(cacheDirectory(), `code-server-${CODE_SERVER_VERSION}`);
}

/** VS Code's server program inside the installed folder. */
export function serverMain() {
  return path.join(codeServerDirectory(), 'node_modules/code-server/lib/vscode/out/server-main.js');
}

/** True when an installation is complete. */
export async function codeServerInstalled() {
  return access(serverMain()).then(
    () => true,
    () => false,
  );
}

/**
 * Installs code-server when it is missing and returns its folder. Two callers at once do no harm: each works in a
 * folder of its own, the first to rename wins, and a killed one leaves only a `tmp-` folder behind.
 */
export async function installCodeServer({ log = (/** @type {string} */ _line) => {} } = {}) {
  const target = codeServerDirectory();
  if (await codeServerInstalled()) return target;
  await mkdir(cacheDirectory(), { recursive: true });
  const temporary = await mkdtemp(path.join(cacheDirectory(), 'tmp-code-server-'));
  try {
    await writeFile(path.join(temporary, 'package.json'), '{ "private": true }\n');
    log(`Installing code-server ${CODE_SERVER_VERSION} into ${target} (once; a minute or two).`);
    const failure = await npmInstall(temporary);
    if (failure) throw new Error(`code-server could not be installed: ${failure}`);
    await rename(temporary, target).catch(async (error) => {
      // Someone else was faster; theirs is as good as ours.
      if (!(await codeServerInstalled())) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return target;
}

/**
 * @param {string} directory
 * @returns {Promise<string | undefined>} what went wrong, if something did
 */
function npmInstall(directory) {
  const args = [
    'install',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    `code-server@${CODE_SERVER_VERSION}`,
  ];
  // A `npm run` above us exports where it works and what it runs; a person's registry and proxy settings stay.
  const inherited = /^npm_(package|lifecycle|command|config_(local_|global_)?prefix)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
  // The server's install script asks who called it by this one variable.
  env.npm_config_user_agent = process.env.npm_config_user_agent ?? 'npm';
  return new Promise((resolve) => {
    const child = spawn('npm', args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString('utf8')).slice(-8000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => resolve(code === 0 ? undefined : `npm ended with ${code}.\n${output}`));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(await installCodeServer({ log: (line) => console.error(line) }));
}
