/** Diagnostics of specs and settings as they are typed, and of committed specs that are not open. */
import * as vscode from 'vscode';
import type { Remedy } from '../plan/remedies.ts';
import type { Diagnostic, Fix } from '../spec/diagnostic.ts';
import { atLevels } from '../spec/turned-off.ts';
import { PLAIN_YAML_RULES } from './plain-yaml.ts';
import { toDiagnostic, toRange } from './positions.ts';
import type { ProjectFolders } from './project-folders.ts';
import type { ProjectTrees } from './project-trees.ts';
import { marksPlainYaml } from './red-hat.ts';
import type { SpecContexts } from './spec-context.ts';
import type { SpecDocuments } from './spec-documents.ts';
import type { SpecTexts } from './spec-texts.ts';

/** Milliseconds without a key stroke before a document is looked at. */
const TYPING_PAUSE = 120;

/** The same for what the other specs say of it, such as two pipelines of one name. */
const OTHERS_PAUSE = 500;

/** How rules are shown, by id. */
type Levels = Readonly<Record<string, unknown>>;

/**
 * The same for content that is not here: no commit tells that it has come, and an annex is too large to be watched, so
 * that as long as somebody is told of it, it is looked for.
 */
const CONTENT_PAUSE = 2000;

interface Shown {
  readonly shown: vscode.Diagnostic;
  readonly diagnostic: Diagnostic;
}

/** Keeps the diagnostics of all open specs, and their fixes. */
export class SpecDiagnostics implements vscode.Disposable {
  readonly #specs: SpecDocuments;
  readonly #folders: ProjectFolders;
  readonly #contexts: SpecContexts;
  readonly #onSpec: () => void;
  readonly #collection = vscode.languages.createDiagnosticCollection('minipach');
  readonly #shown = new Map<string, readonly Shown[]>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #subscriptions: vscode.Disposable[];
  #othersTimer: NodeJS.Timeout | undefined;

  constructor(
    specs: SpecDocuments,
    folders: ProjectFolders,
    trees: ProjectTrees,
    contexts: SpecContexts,
    texts: Pick<SpecTexts, 'onDidChange'>,
    onSpec: () => void,
  ) {
    this.#specs = specs;
    this.#folders = folders;
    this.#contexts = contexts;
    this.#onSpec = onSpec;
    this.#subscriptions = [
      this.#collection,
      vscode.workspace.onDidOpenTextDocument((document) => this.#schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.#schedule(document, TYPING_PAUSE);
        if (this.#shown.has(document.uri.toString())) this.#scheduleOthers();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      texts.onDidChange(() => this.#scheduleOthers()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!['minipach.rules', 'yaml.validate'].some((name) => change.affectsConfiguration(name))) return;
        this.#scheduleAll();
        this.#showUnopened();
      }),
      trees.onDidChange(() => this.#scheduleAll()),
      vscode.extensions.onDidChange(() => this.#scheduleAll()),
      folders.onDidChange((change) => {
        if (change?.what === 'all') this.#showUnopened();
      }),
    ];
    this.#scheduleAll();
  }

  /** What can be done about diagnostics that touch a range, and to what stands at its start. */
  async actions(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
    const kind = this.#specs.kind(document);
    if (kind !== 'spec' && kind !== 'config') return [];
    const text = document.getText();
    const there = (this.#shown.get(document.uri.toString()) ?? []).filter(({ shown }) =>
      shown.range.intersection(range),
    );
    const mending = there.flatMap(({ shown, diagnostic: { fixes = [] } }) =>
      fixes.map((fix) => quickFix(document, shown, fix, fixes.length === 1)),
    );
    // Settings have no rules that could be off: a runner that cannot read them does not run.
    if (kind === 'config') return mending;
    const [{ actionsAt, remediesAt }, judged] = await Promise.all([
      import('./spec-language.ts'),
      this.#contexts.of(document),
    ]);
    const { turningOff, rewrites } = actionsAt(
      text,
      document.offsetAt(range.start),
      there.map(({ diagnostic }) => diagnostic),
    );
    return [
      ...mending,
      ...remediesAt(judged, document.offsetAt(range.start)).map((remedy) =>
        terminalAction(
          remedy,
          this.#folders.of(document.uri)?.id ?? '',
          there.filter(({ diagnostic: { rule } }) => rule === remedy.rule),
        ),
      ),
      // What mends comes first; to be silent about a mistake is never the preferred way.
      ...there.flatMap(({ shown }, at) =>
        (turningOff[at] ?? []).map((fix) => quickFix(document, shown, fix, false)),
      ),
      ...rewrites.map((fix) => codeAction(document, fix, vscode.CodeActionKind.RefactorRewrite)),
    ];
  }

  dispose(): void {
    clearTimeout(this.#othersTimer);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** A pipeline that comes, goes or reads something else can mend the others or break them. */
  #scheduleOthers(): void {
    clearTimeout(this.#othersTimer);
    this.#othersTimer = setTimeout(() => this.#scheduleAll(), OTHERS_PAUSE);
  }

  #scheduleAll(): void {
    for (const document of vscode.workspace.textDocuments) this.#schedule(document, 0);
  }

  #schedule(document: vscode.TextDocument, pause: number): void {
    if (document.languageId !== 'yaml') return;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => {
        this.#timers.delete(key);
        void this.#update(document);
      }, pause),
    );
  }

  async #update(document: vscode.TextDocument): Promise<void> {
    const kind = this.#specs.kind(document);
    if (kind !== 'spec' && kind !== 'config') return this.#set(document.uri, [], {});
    if (kind === 'spec') this.#onSpec();
    const { version } = document;
    const found = await (kind === 'spec' ? this.#inSpec(document) : inConfig(document));
    // Somebody typed on while the tree was read: that key stroke has its own turn.
    if (document.isClosed || document.version !== version) return;
    // Red Hat's extension tells plain syntax errors itself, and nobody wants to read each twice.
    const own = marksPlainYaml(document.uri)
      ? found.filter((diagnostic) => !PLAIN_YAML_RULES.has(diagnostic.rule))
      : found;
    // What is wrong with settings keeps a runner from reading them, however it is shown.
    this.#set(document.uri, own, kind === 'spec' ? levelsFor(document.uri) : {});
    const isAbsent = this.#shown
      .get(document.uri.toString())
      ?.some(({ diagnostic: { rule } }) => rule === 'image-absent');
    if (isAbsent) this.#schedule(document, CONTENT_PAUSE);
  }

  async #inSpec(document: vscode.TextDocument): Promise<readonly Diagnostic[]> {
    const [{ diagnose }, context] = await Promise.all([
      import('./spec-language.ts'),
      this.#contexts.of(document),
    ]);
    return diagnose(context);
  }

  #set(uri: vscode.Uri, diagnostics: readonly Diagnostic[], levels: Levels): void {
    const folder = this.#folders.of(uri);
    const fileUri = (file: string) => folder?.uri(file) ?? vscode.Uri.joinPath(uri, '..', file);
    const shown = atLevels(diagnostics, levels).map((diagnostic) => ({
      shown: toDiagnostic(diagnostic, fileUri),
      diagnostic,
    }));
    this.#shown.set(uri.toString(), shown);
    this.#collection.set(
      uri,
      shown.map((one) => one.shown),
    );
  }

  #forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#shown.delete(key);
    this.#specs.forget(document);
    this.#collection.delete(document.uri);
    this.#showUnopened();
    this.#scheduleOthers();
  }

  /** Specs that nobody has open: what the runner says of the committed ones. */
  #showUnopened(): void {
    for (const folder of this.#folders.all) {
      for (const { report } of folder.model.pipelines.values()) {
        const uri = folder.uri(report.spec);
        if (this.#shown.has(uri.toString())) continue;
        const own = report.diagnostics.filter((diagnostic) => diagnostic.file === report.spec);
        this.#collection.set(
          uri,
          atLevels(own, levelsFor(uri)).map((diagnostic) =>
            toDiagnostic(diagnostic, (file) => folder.uri(file)),
          ),
        );
      }
    }
  }
}

async function inConfig(document: vscode.TextDocument): Promise<readonly Diagnostic[]> {
  const { parseConfig } = await import('../spec/config.ts');
  return parseConfig(document.getText()).diagnostics;
}

function quickFix(
  document: vscode.TextDocument,
  diagnostic: vscode.Diagnostic,
  fix: Fix,
  preferred: boolean,
): vscode.CodeAction {
  const action = codeAction(document, fix, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.isPreferred = preferred;
  return action;
}

/** Nothing is run for a person: the line stands in a terminal, and waits for the Enter key. */
function terminalAction(
  { title, command: line }: Remedy,
  folder: string,
  mends: readonly Shown[],
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = mends.map(({ shown }) => shown);
  action.command = { command: 'minipach.typeInTerminal', title, arguments: [folder, line] };
  return action;
}

function codeAction(document: vscode.TextDocument, fix: Fix, kind: vscode.CodeActionKind): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, kind);
  action.edit = new vscode.WorkspaceEdit();
  action.edit.replace(document.uri, toRange(fix.range), fix.newText);
  return action;
}

/** How a person wants to see rules; by id. */
function levelsFor(uri: vscode.Uri): Levels {
  return vscode.workspace.getConfiguration('minipach', uri).get<Record<string, unknown>>('rules') ?? {};
}
