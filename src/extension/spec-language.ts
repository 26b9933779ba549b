import type * as vscode from 'vscode';
import type { Tree } from '../plan/tree.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';
import { parseSpec } from '../spec/parse.ts';
export function looksLikeSpec(text: string): boolean { return /^\s*(transform|input|pipeline)\s*:/m.test(text); }
export function diagnose(text: string, directory: string, _v: Tree | undefined): readonly Diagnostic[] { return parseSpec(text, {directory}).diagnostics; }
export function completions(_d: vscode.TextDocument, _p: vscode.Position, _t: Tree | undefined): vscode.CompletionItem[] { return []; }
export function hoverAt(_d: vscode.TextDocument, _p: vscode.Position): vscode.Hover | undefined { return undefined; }
