/** A window of VS Code with the packaged extension installed in it, on a project of its own. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { openScreen, type Screen } from '../../rigs/chromium.ts';
import { makeTemporaryDirectory, removeDirectory } from '../../rigs/temporary-directory.ts';
import { type EditorServer, installExtension, startEditorServer } from '../../rigs/vscode-server.ts';
import { Workbench } from './workbench.ts';

const execute = promisify(execFile);

/** The checkout. */
export const ROOT = path.join(import.meta.dirname, '..', '..', '..');

/**
 * Keeps a picture of the window in `test-output/screenshots`; with `MINIPACH_PICTURES` set, as `npm run screenshots`
 * does, also where the README finds it. A plain test run must not change the checkout.
 */
export async function takePicture(page: Page, name: string): Promise<void> {
  const { MINIPACH_PICTURES: forReadme } = process.env;
  const file = path.join(ROOT, 'test-output', 'screenshots', `${name}.png`);
  await page.screenshot({ path: file });
  if (forReadme && README_PICTURES.has(name)) {
    // As many colours as a theme has, and a third of the bytes.
    const target = path.join(ROOT, 'media', 'screenshots', `${name}.png`);
    await execute('pngquant', ['--force', '--strip', '--output', target, '64', file]);
  }
}

const README_PICTURES: ReadonlySet<string> = new Set(['authoring', 'pipelines', 'light', 'why']);

/** The extension as it ships. */
export interface PackagedExtension {
  readonly file: string;
  readonly bytes: number;
}

/** Packs the extension as `npm run package` does; expects the bundles in `dist/`. */
export async function packExtension(directory: string): Promise<PackagedExtension> {
  const file = path.join(directory, 'minipach.vsix');
  const vsce = path.join(ROOT, 'node_modules/.bin/vsce');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  await execute(vsce, ['package', ...flags, '--out', file], { cwd: ROOT });
  return { file, bytes: (await stat(file)).size };
}

/** What a window is opened with. */
export interface WindowOptions {
  /** A folder, or a `.code-workspace` file. */
  readonly folder: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly keybindings?: readonly { readonly key: string; readonly command: string }[];
  /** Reaches the jobs: a run has the environment of the editor. */
  readonly env?: Readonly<Record<string, string>>;
  /** With workspace trust a new folder opens in Restricted Mode. */
  readonly workspaceTrust?: boolean;
}

/** A window, and what ends it. */
export interface EditorWindow {
  readonly workbench: Workbench;
  /** The page of the window that is open now. */
  readonly page: () => Page;
  /** What installing the extension printed. */
  readonly installed: string;
  /** The extension's package. */
  readonly extension: PackagedExtension;
  /** Ends the window with its extension host, as closing desktop VS Code does. */
  readonly closeWindow: () => Promise<void>;
  /** Opens a new window on the same folder. */
  readonly openAgain: () => Promise<Workbench>;
  /** Ends everything and removes its files. */
  readonly close: () => Promise<void>;
}

/** Looks that every picture shares. */
const LOOKS = {
  'workbench.colorTheme': 'Default Dark Modern',
  'editor.minimap.enabled': false,
  'breadcrumbs.enabled': false,
  'editor.fontSize': 15,
  'editor.lineHeight': 24,
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
  'editor.renderLineHighlight': 'none',
};

/** Installs the extension into a fresh server and opens a folder in it. */
export async function openEditorWindow(options: WindowOptions): Promise<EditorWindow> {
  const directory = await makeTemporaryDirectory('window');
  const extension = await packExtension(directory);
  const installed = await installExtension(directory, extension.file);
  let server: EditorServer | undefined;
  let screen: Screen | undefined;
  const openAgain = async () => {
    server = await startEditorServer({
      dataDirectory: directory,
      settings: { ...LOOKS, ...options.settings },
      workspaceTrust: options.workspaceTrust ?? false,
      keybindings: options.keybindings ?? [],
      env: options.env ?? {},
    });
    // Twice as many pixels as points: the README's pictures are looked at on sharp screens.
    screen = await openScreen({ width: 1120, height: 660, scale: 2 });
    const page = screen.context.pages()[0] ?? (await screen.context.newPage());
    const workbench = await Workbench.open(page, server.address(options.folder));
    // The page can be used before the extensions have been read.
    await page.locator('.activitybar').getByRole('tab', { name: 'Minipach' }).waitFor();
    return workbench;
  };
  const closeWindow = async () => {
    await screen?.close();
    await server?.close();
    screen = undefined;
    server = undefined;
  };
  const close = async () => {
    await closeWindow();
    await removeDirectory(directory);
  };
  try {
    const workbench = await openAgain();
    return {
      workbench,
      page: () => screen?.context.pages().at(-1) ?? workbench.page,
      installed,
      extension,
      closeWindow,
      openAgain,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
