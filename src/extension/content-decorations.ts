/** Marks files in the Explorer whose annexed content is not here. */
import * as vscode from 'vscode';
import { bytesText } from '../plan/shown-size.ts';
import type { AnnexedInPlace } from '../project/content-in-place.ts';
import type { ProjectFolders } from './project-folders.ts';

/**
 * Milliseconds between two looks at files that were asked about: when content comes or goes, no event tells, because the file
 * itself stays a link. Looking takes at most a fiftieth of the time, and nothing while nobody looks at the window.
 */
const PAUSE = 1000;
const SHARE = 50;

/** How many files are looked at again; those that were asked about last are those that are shown. */
const SHOWN = 1000;

/** Tells VS Code how annexed files look. */
export class ContentDecorations implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #folders: ProjectFolders;
  /** Annexed files that were asked about, the last ones last, and whether their content was here. */
  readonly #asked = new Map<string, { readonly uri: vscode.Uri; readonly isHere: boolean }>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri[] | undefined>();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChangeFileDecorations = this.#changed.event;
  #timer: NodeJS.Timeout | undefined;
  #wasProject = false;

  constructor(folders: ProjectFolders) {
    this.#folders = folders;
    this.#subscriptions = [
      vscode.window.registerFileDecorationProvider(this),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('minipach.showAbsentContent')) this.#changed.fire(undefined);
      }),
      folders.onDidChange(() => {
        // Files are shown before it is known that they are in a project.
        const isProject = folders.all.some(({ project }) => project);
        if (isProject && !this.#wasProject) this.#changed.fire(undefined);
        this.#wasProject = isProject;
      }),
    ];
  }

  async provideFileDecoration(uri: vscode.Uri): Promise<vscode.FileDecoration | undefined> {
    if (uri.scheme !== 'file' || !this.#folders.of(uri)?.project || !isWanted(uri)) return undefined;
    const found = await look(uri);
    const key = uri.toString();
    this.#asked.delete(key);
    if (!found) return undefined;
    this.#asked.set(key, { uri, isHere: found.isHere });
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > SHOWN && oldest !== undefined) this.#asked.delete(oldest);
    this.#timer ??= setTimeout(() => void this.#lookAgain(), PAUSE);
    return found.isHere ? undefined : decorationOf(found);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  /** Whose content has come or gone is asked about again by VS Code, which tells us what is still shown. */
  async #lookAgain(): Promise<void> {
    const began = performance.now();
    const changed: vscode.Uri[] = [];
    if (vscode.window.state.focused)
      for (const { uri, isHere } of [...this.#asked.values()])
        if ((await look(uri))?.isHere !== isHere) changed.push(uri);
    for (const uri of changed) this.#asked.delete(uri.toString());
    if (changed.length > 0) this.#changed.fire(changed);
    const pause = Math.max(PAUSE, SHARE * (performance.now() - began));
    this.#timer = setTimeout(() => void this.#lookAgain(), pause);
  }
}

/** How a file looks whose content is absent. */
function decorationOf({ bytes }: AnnexedInPlace): vscode.FileDecoration {
  const tooltip =
    bytes > 0
      ? vscode.l10n.t('Content not here, {0} (Get Content fetches it)', bytesText(bytes))
      : vscode.l10n.t('Content not here (Get Content fetches it)');
  return { badge: '↓', tooltip, color: new vscode.ThemeColor('disabledForeground') };
}

function isWanted(uri: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration('minipach', uri).get<boolean>('showAbsentContent', true);
}

async function look(uri: vscode.Uri): Promise<AnnexedInPlace | undefined> {
  const { annexedInPlace } = await import('../project/content-in-place.ts');
  return annexedInPlace(uri.fsPath);
}
