/**
 * One piece of work of the language, done once in a fresh process, which prints the seconds that it took. The peer
 * in `language_task.py` does the same to the same data.
 */
import { readFileSync } from 'node:fs';
import { findDatums } from '../src/plan/datums.ts';
import { compileGlob } from '../src/plan/glob.ts';
import { matchTree } from '../src/plan/match-tree.ts';
import { TreeIndex } from '../src/plan/tree-index.ts';
import { parseSpec } from '../src/spec/parse.ts';

const [, , task = '', file = ''] = process.argv;
const text = readFileSync(file, 'utf8');
const lines = text.split('\n').filter(Boolean);

/** Each gets ready and returns the work, which returns how many things it found. */
const TASKS: Readonly<Record<string, () => () => number>> = {
  glob: () => () => {
    const compiled = compileGlob('/sub-(*)/ses-(*)/*/sub-*_ses-*_(*)_run-(*)_(*).(*)');
    if (!compiled.ok) throw new Error(compiled.message);
    return matchTree(compiled.glob, lines).filter(({ captures }) => captures.length === 7).length;
  },
  join: () => {
    const { spec } = parseSpec(
      `input:
  join:
    - pfs: { repo: t1, glob: "/sub-(*)/ses-(*)", join_on: $1-$2 }
    - pfs: { repo: t2, glob: "/sub-(*)/ses-(*)", join_on: $1-$2 }
transform: { cmd: [x] }
`,
      { directory: 'here' },
    );
    if (spec === undefined) throw new Error('The spec is wrong.');
    const entries = lines.map((path) => ({ path, type: 'file' as const, blob: path }));
    const index = new TreeIndex({ commit: '0', entries });
    return () => findDatums(spec.input, index, () => []).datums.length;
  },
  check: () => () => {
    const { diagnostics } = parseSpec(text, { directory: 'here' });
    return diagnostics.length;
  },
};

const work = TASKS[task]?.();
if (work === undefined) throw new Error(`There is no task ${task}.`);
const start = performance.now();
const found = work();
console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, found }));
