/** The rules of ARCHITECTURE.md that a reader of imports and names can hold, each as a function of the sources. */
import { basename } from 'node:path';
import type { SourceFile } from './source-file.ts';

/** A place that breaks a rule, in one sentence that says what to do. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

/** A rule and what is checked for it. */
export interface ArchitectureRule {
  readonly name: string;
  readonly check: (files: readonly SourceFile[]) => readonly Violation[];
}

/** Each may import itself and what stands before it. */
const LAYERS = ['spec', 'plan', 'project', 'run', 'cli'];
const EXTENSION_IMPORTS = ['spec', 'plan', 'project', 'extension'];
/** Short commands and helpers; and jobs, with all that they start. */
const PROCESS_MODULES = ['src/project/process.ts', 'src/project/process-group.ts'];
const MAXIMUM_LINES = 300;

/** All rules, in the order in which they are told. */
export const RULES: readonly ArchitectureRule[] = [
  { name: 'imports go one way: spec ← plan ← project ← run ← cli', check: perFile(checkLayer) },
  { name: 'no file imports itself through others, types included', check: checkCycles },
  { name: `only ${PROCESS_MODULES.join(' and ')} start processes`, check: perFile(checkProcesses) },
  { name: 'only src/extension/ imports vscode', check: perFile(checkVscode) },
  { name: 'spec and plan import no part of Node but node:crypto', check: perFile(checkPureImports) },
  { name: 'spec and plan use no clock, chance, locale, process or console', check: perFile(checkPureCode) },
  { name: 'no default exports', check: perFile(checkDefaultExports) },
  { name: 'no file passes on what another one exports', check: perFile(checkBarrels) },
  { name: `no file is longer than ${MAXIMUM_LINES} lines`, check: perFile(checkLength) },
  { name: 'names are in kebab-case and say what a file knows', check: perFile(checkName) },
  { name: 'every exported declaration has a docstring', check: perFile(checkDocstrings) },
];

function perFile(check: (file: SourceFile) => readonly string[]): ArchitectureRule['check'] {
  return (files) => files.flatMap((file) => check(file).map((message) => ({ path: file.path, message })));
}

/** The folder under `src/`, or nothing for files elsewhere. */
function layerOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

function checkLayer(file: SourceFile): readonly string[] {
  if (!file.path.startsWith('src/')) return [];
  const layer = layerOf(file.path);
  const height = layer === undefined ? -1 : LAYERS.indexOf(layer);
  const allowed = layer === 'extension' ? EXTENSION_IMPORTS : LAYERS.slice(0, height + 1);
  if (allowed.length === 0)
    return [`is in none of ${[...LAYERS, 'extension'].join(', ')}; move it into one.`];
  return file.imports.flatMap((path) => {
    if (!/^(src|test|bench|examples|schemas|\.\.)\//.test(path)) return [];
    if (path.startsWith('schemas/') && path.endsWith('.json')) return [];
    const target = layerOf(path);
    if (target !== undefined && allowed.includes(target)) return [];
    return [`imports ${path}, but ${layer} may import only ${allowed.join(', ')}.`];
  });
}

function checkCycles(files: readonly SourceFile[]): readonly Violation[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const finished = new Set<string>();
  const violations: Violation[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      const cycle = [...trail.slice(trail.indexOf(path)), path];
      violations.push({ path, message: `imports itself: ${cycle.join(' → ')}.` });
      return;
    }
    if (finished.has(path)) return;
    for (const next of byPath.get(path)?.imports ?? []) visit(next, [...trail, path]);
    finished.add(path);
  };
  for (const { path } of files) visit(path, []);
  return violations;
}

function checkProcesses(file: SourceFile): readonly string[] {
  if (!file.path.startsWith('src/') || PROCESS_MODULES.includes(file.path)) return [];
  const starters = ['node:child_process', 'child_process', 'node:cluster', 'node:worker_threads', 'execa'];
  return file.imports
    .filter((name) => starters.includes(name))
    .map((name) => `imports ${name}; start processes through ${PROCESS_MODULES.join(' or ')}.`);
}

function checkVscode(file: SourceFile): readonly string[] {
  if (!file.path.startsWith('src/') || layerOf(file.path) === 'extension') return [];
  return file.imports.includes('vscode') ? ['imports vscode; keep that in src/extension/.'] : [];
}

function isPure(file: SourceFile): boolean {
  const layer = layerOf(file.path);
  return layer === 'spec' || layer === 'plan';
}

function checkPureImports(file: SourceFile): readonly string[] {
  if (!isPure(file)) return [];
  return file.imports
    .filter((name) => (name.startsWith('node:') || NODE_MODULES.has(name)) && name !== 'node:crypto')
    .map(
      (name) => `imports ${name}; ${layerOf(file.path)} computes from what it is given and reads nothing.`,
    );
}

/** Parts of Node by their old names, which work without `node:`. */
const NODE_MODULES = new Set([
  'fs',
  'fs/promises',
  'path',
  'os',
  'process',
  'crypto',
  'util',
  'url',
  'events',
  'stream',
]);

const IMPURE =
  /(?<![.\w])(?:Date|Math\.random|process|console|performance|setTimeout|setInterval|setImmediate|fetch)\b(?!\s*[?]?:)|\brandom(?:UUID|Bytes|Int)\b|\.(?:localeCompare|toLocale\w+)\b|(?<![.\w])Intl\b/g;

function checkPureCode(file: SourceFile): readonly string[] {
  if (!isPure(file)) return [];
  return [...file.code.matchAll(IMPURE)].map(
    (match) => `uses ${match[0]} in line ${lineOf(file, match.index)}; take it as an argument.`,
  );
}

function checkDefaultExports(file: SourceFile): readonly string[] {
  return /^export (?:default\b|\{[^}]*\bas default\b)/m.test(file.code)
    ? ['has a default export; name it.']
    : [];
}

function checkBarrels(file: SourceFile): readonly string[] {
  return [...file.code.matchAll(/^export (?:type )?(?:\*|\{[^}]*\})[^;]*?\bfrom\b/gm)].map(
    (match) =>
      `passes on another file's exports in line ${lineOf(file, match.index)}; import from where it is made.`,
  );
}

function checkLength(file: SourceFile): readonly string[] {
  const lines = file.text.split('\n').length - (file.text.endsWith('\n') ? 1 : 0);
  return lines > MAXIMUM_LINES ? [`has ${lines} lines; divide it by what it knows.`] : [];
}

function checkName(file: SourceFile): readonly string[] {
  const problems: string[] = [];
  if (!file.path.split('/').every((part) => /^[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(part))) {
    problems.push('is not in kebab-case; rename it.');
  }
  if (/^(?:utils?|helpers?|misc|common|index)\./.test(basename(file.path)) && file.path.startsWith('src/')) {
    problems.push('does not say what it knows; name it for that.');
  }
  return problems;
}

function checkDocstrings(file: SourceFile): readonly string[] {
  const lines = file.text.split('\n');
  const codeLines = file.code.split('\n');
  const exported =
    /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type) (\w+)/;
  let previous = '';
  return codeLines.flatMap((code, i) => {
    const name = exported.exec(code)?.[1];
    let above = i - 1;
    while (/^\s*\/\/ biome-ignore/.test(lines[above] ?? '')) above--;
    const documented = (lines[above] ?? '').trimEnd().endsWith('*/');
    // Only the first of a function's overloads needs one.
    const overload = name !== undefined && name === previous;
    previous = name ?? previous;
    return name === undefined || documented || overload
      ? []
      : [`exports ${name} without a docstring; say what it means.`];
  });
}

function lineOf(file: SourceFile, index: number): number {
  return file.code.slice(0, index).split('\n').length;
}
