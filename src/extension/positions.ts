/** Ranges and severities of the language, as VS Code's own. Both count as the Language Server Protocol does. */
import * as vscode from 'vscode';
import type { Diagnostic, Range, Severity } from '../spec/diagnostic.ts';

/** VS Code's range. */
export function toRange({ start, end }: Range): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

function toSeverity(severity: Severity): vscode.DiagnosticSeverity {
  switch (severity) {
    case 'error':
      return vscode.DiagnosticSeverity.Error;
    case 'warning':
      return vscode.DiagnosticSeverity.Warning;
    case 'information':
      return vscode.DiagnosticSeverity.Information;
  }
}

/** VS Code's diagnostic; `fileUri` turns a path relative to the project's root into an address. */
export function toDiagnostic(
  diagnostic: Diagnostic,
  fileUri: (file: string) => vscode.Uri,
): vscode.Diagnostic {
  const shown = new vscode.Diagnostic(
    toRange(diagnostic.range),
    diagnostic.message,
    toSeverity(diagnostic.severity),
  );
  shown.source = 'Minipach';
  shown.code = diagnostic.rule;
  if (diagnostic.related) {
    shown.relatedInformation = diagnostic.related.map(
      ({ file, range, message }) =>
        new vscode.DiagnosticRelatedInformation(new vscode.Location(fileUri(file), toRange(range)), message),
    );
  }
  return shown;
}
