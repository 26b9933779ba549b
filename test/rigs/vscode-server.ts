/**
 * Real VS Code without a desktop: its server (from `code-server`) on loopback. Opened in a browser it is the
 * editor that a person sees; opened with a payload that names a test suite, it runs that suite in a real
 * extension host.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { serverMain } from './install-code-server.mjs';

/** How a server is started. */
export interface EditorServerOptions {
  /** A folder of the test's own; everything that the server writes goes there. */
  readonly dataDirectory: string;
  /** User settings, as in `settings.json`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** As in `keybindings.json`: a key calls a command also where no menu offers it. */
  readonly keybindings?: readonly { readonly key: string; readonly command: string }[];
  /** Added to the environment of the server, and so of its extension hosts. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * The window is to run a suite of tests: only then does the page honour payload pairs that name an extension or
   * a suite. It also keeps notifications from popping up, so a person's window is opened without.
   */
  readonly suite?: boolean;
  /** With workspace trust a new folder opens in Restricted Mode; without it everything is trusted. */
  readonly workspaceTrust?: boolean;
}

/** A running server. */
export interface EditorServer {
  /** The address of a window on a folder or a `.code-workspace` file; payload pairs are VS Code's own. */
  readonly address: (target: string, payload?: readonly (readonly [string, string])[]) => string;
  /** A path on this machine as the window names it. */
  readonly remoteUri: (file: string) => string;
  /** Ends the server with its extension hosts. */
  readonly close: () => Promise<void>;
}

/** What a person would not want to be greeted with, and a test must not depend on. */
const QUIET_SETTINGS = {
  // As in VS Code on a desktop: in a browser it is saved by itself what a test has typed, at some time or other.
  'files.autoSave': 'off',
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'chat.disableAIFeatures': true,
  'git.openRepositoryInParentFolders': 'never',
};

/** Starts a server on a free port of the loopback interface. */
export async function startEditorServer(options: EditorServerOptions): Promise<EditorServer> {
  const data = options.dataDirectory;
  const userData = path.join(data, 'user-data');
  await mkdir(path.join(userData, 'User'), { recursive: true });
  await writeFile(
    path.join(userData, 'User', 'settings.json'),
    JSON.stringify({ ...QUIET_SETTINGS, ...options.settings }, undefined, 2),
  );
  await writeFile(
    path.join(userData, 'User', 'keybindings.json'),
    JSON.stringify(options.keybindings ?? [], undefined, 2),
  );
  const args = [
    serverMain(),
    '--accept-server-license-terms',
    '--without-connection-token',
    ...(options.suite ? ['--enable-smoke-test-driver'] : []),
    '--telemetry-level=off',
    ...['--host', '127.0.0.1', '--port', '0'],
    ...[
      '--server-data-dir',
      data,
      '--user-data-dir',
      userData,
      '--extensions-dir',
      path.join(data, 'extensions'),
    ],
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
  ];
  const child = spawn(process.execPath, args, {
    env: { ...environmentForEditor(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that closing ends the extension hosts as well.
    detached: true,
  });
  const log = createWriteStream(path.join(data, 'server.log'));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const port = await listeningPort(child);
  return {
    address: (target, payload = []) => {
      const address = new URL(`http://localhost:${port}/`);
      address.searchParams.set(target.endsWith('.code-workspace') ? 'workspace' : 'folder', target);
      if (payload.length > 0) address.searchParams.set('payload', JSON.stringify(payload));
      return address.href;
    },
    remoteUri: (file) => `vscode-remote://localhost:${port}${file}`,
    close: async () => {
      await endGroup(child);
      log.end();
    },
  };
}

/** Installs a VSIX with the server's own command line; returns what it printed. */
export async function installExtension(dataDirectory: string, vsix: string): Promise<string> {
  const child = spawn(
    process.execPath,
    [
      serverMain(),
      ...['--server-data-dir', dataDirectory, '--user-data-dir', path.join(dataDirectory, 'user-data')],
      ...['--extensions-dir', path.join(dataDirectory, 'extensions'), '--install-extension', vsix],
    ],
    { env: environmentForEditor(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`Installing ${vsix} ended with ${code}:\n${output}`);
  return output;
}

/** An editor started from a terminal of another editor, or from npm, must not inherit their settings. */
export function environmentForEditor(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name),
  );
  return Object.fromEntries(kept);
}

/** The port is the system's choice, so that suites can run side by side; the server says which it got. */
function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const found = /Extension host agent listening on (\d+)/.exec(output);
      if (found) resolve(Number(found[1]));
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`VS Code's server ended with ${code}:\n${output}`)));
  });
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  const { pid } = child;
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-pid, name);
    } catch {
      // The group is gone already, which is what was asked for.
    }
  };
  signal('SIGTERM');
  const lastResort = setTimeout(() => signal('SIGKILL'), 5000);
  await ended;
  clearTimeout(lastResort);
  // The server itself is gone; whatever it left behind in its group goes too.
  signal('SIGKILL');
}
