/** How strings are translated; the shape of `vscode.l10n`, so that code free of the editor can be given it. */
export interface Localizer {
  /** The text in the reader's language, with `{0}`, `{1}`… replaced. */
  t(message: string, ...args: (string | number | boolean)[]): string;
}
