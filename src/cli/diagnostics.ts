/** Showing what is wrong with specs: to people, to scripts, and to GitHub's checks. */
import type { FileDiagnostic } from '../plan/report.ts';
import { complain, faint, inStateColour, printable } from './terminal.ts';

/** How `check` prints. */
export type DiagnosticFormat = 'text' | 'json' | 'github';

/** One diagnostic as a line of text: `file:line:column: severity: message [rule]`, counted from 1. */
export function diagnosticLine({ file, range, severity, message, rule }: FileDiagnostic): string {
  const place = `${file}:${range.start.line + 1}:${range.start.character + 1}`;
  const colour = { error: 'failed', warning: 'stale', information: 'running' } as const;
  return `${place}: ${inStateColour(colour[severity], severity)}: ${message} ${faint(`[${rule}]`)}`;
}

/** All diagnostics in one format. */
export function formatDiagnostics(diagnostics: readonly FileDiagnostic[], format: DiagnosticFormat): string {
  if (format === 'json') return `${JSON.stringify(diagnostics, undefined, 1)}\n`;
  if (format === 'github') return diagnostics.map((diagnostic) => `${githubLine(diagnostic)}\n`).join('');
  return diagnostics.map((diagnostic) => `${printable(diagnosticLine(diagnostic))}\n`).join('');
}

/** Tells people on standard error about specs that cannot be used; returns whether there are any. */
export function complainOfErrors(diagnostics: readonly FileDiagnostic[]): boolean {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  for (const error of errors) complain(diagnosticLine(error));
  return errors.length > 0;
}

function githubLine({ file, range, severity, message, rule }: FileDiagnostic): string {
  const level = { error: 'error', warning: 'warning', information: 'notice' }[severity];
  const escapeText = (text: string): string =>
    text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const escapeProperty = (text: string): string =>
    escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const place = `file=${escapeProperty(file)},line=${range.start.line + 1},col=${range.start.character + 1}`;
  return `::${level} ${place},title=${escapeProperty(rule)}::${escapeText(message)}`;
}
