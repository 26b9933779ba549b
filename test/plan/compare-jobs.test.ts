import assert from 'node:assert/strict';
import { compareJobs } from '../../src/plan/compare-jobs.ts';
import { History } from '../../src/plan/history.ts';
import { imageFacts } from '../../src/plan/image-facts.ts';
import { type JobView, jobViewer } from '../../src/plan/job-view.ts';
import { compareCodePoints } from '../../src/plan/match-tree.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { TreeEntry } from '../../src/plan/tree.ts';
import { TreeIndex } from '../../src/plan/tree-index.ts';
import { parseSpec } from '../../src/spec/parse.ts';

/** A project with one datum; what is given takes the place of what it has without. */
interface Variant {
  readonly input?: string;
  readonly transform?: string;
  readonly top?: string;
  readonly files?: Readonly<Record<string, string | undefined>>;
  readonly entries?: readonly TreeEntry[];
  readonly config?: string;
}

const FILES = {
  'in/d/a.txt': 'a',
  'in/d/b.txt': 'b',
  'code/x.sh': 'x',
  'code/y.sh': 'y',
  'a.sif': 'i',
  'b.sif': 'j',
};
const CMD = 'cmd: [sh, code/x.sh, "{in}", "{out}"]';
const GROUP = 'group: [{pfs: {repo: in/d, glob: "/(*)", group_by: "", name: in}}]';
const CONTAINER = '[datalad "containers.tool"]\n\timage = a.sif\n\tcmdexec = run {img} {cmd}\n';

/** Two variants of one kind change one thing each, so that all pairs change one or two. */
const VARIANTS: Readonly<Record<string, Variant>> = {
  plain: {},
  'other content': { files: { 'in/d/a.txt': 'other' } },
  'a file more': { files: { 'in/d/c.txt': 'c' } },
  'a file less': { files: { 'in/d/b.txt': undefined } },
  'a file renamed': { files: { 'in/d/b.txt': undefined, 'in/d/z.txt': 'b' } },
  'two contents swapped': { files: { 'in/d/a.txt': 'b', 'in/d/b.txt': 'a' } },
  'an executable': { entries: [{ path: 'in/d/a.txt', type: 'executable', blob: 'a' }] },
  'an annexed file': { entries: [{ path: 'in/d/a.txt', type: 'symlink', blob: 'l', annexKey: 'MD5-s1--a' }] },
  'a link': { entries: [{ path: 'in/d/a.txt', type: 'symlink', blob: 'm', target: '../../code/x.sh' }] },
  'a link into nothing': { entries: [{ path: 'in/d/a.txt', type: 'symlink', blob: 'n', target: 'none' }] },
  'one file as the datum': { input: 'pfs: {repo: in, glob: "/d/a.txt"}' },
  'one other file as the datum': { input: 'pfs: {repo: in, glob: "/d/b.txt"}' },
  'a directory of one file': { files: { 'in/d/b.txt': undefined }, transform: CMD },
  'the whole repo': { input: 'pfs: {repo: in/d, glob: "/", name: in}' },
  reference: { input: 'pfs: {repo: in, glob: "/*", reference: true}' },
  'empty files': { input: 'pfs: {repo: in, glob: "/*", empty_files: true}' },
  'empty files of other names': {
    input: 'pfs: {repo: in, glob: "/*", empty_files: true}',
    files: { 'in/d/c.txt': 'c' },
  },
  'another name of the input': {
    input: 'pfs: {repo: in, glob: "/*", name: other}',
    transform: CMD.replace('{in}', '{other}'),
  },
  'a group': { input: GROUP },
  'a group with one more': { input: GROUP, files: { 'in/d/c.txt': 'c' } },
  'a group in another order': { input: GROUP, files: { 'in/d/a.txt': undefined, 'in/d/z.txt': 'a' } },
  'an input of other datums': {
    input: 'union: [{pfs: {repo: in, glob: "/*"}}, {pfs: {repo: more, glob: "/*"}}]',
  },
  'two inputs': { input: 'cross: [{pfs: {repo: in, glob: "/*"}}, {pfs: {repo: code, glob: "/x.sh"}}]' },
  'two inputs the other way round': {
    input: 'cross: [{pfs: {repo: code, glob: "/x.sh"}}, {pfs: {repo: in, glob: "/*"}}]',
  },
  'other code': { files: { 'code/x.sh': 'X' } },
  'more code': { transform: `${CMD}\n  code: ["code/*"]` },
  'more and other code': { transform: `${CMD}\n  code: ["code/*"]`, files: { 'code/y.sh': 'Y' } },
  'no code': { transform: 'cmd: [echo, "{in}", "{out}"]' },
  'another command': { transform: CMD.replace('"{out}"', '"{out}", -v') },
  'the command as a line': { transform: 'cmd: sh code/x.sh {in} {out}' },
  'braces that mean themselves': { transform: CMD.replace('{in}', '{{in}}') },
  'a variable with a path': { transform: `${CMD}\n  env: {A: "{in}"}` },
  'a variable with braces': { transform: `${CMD}\n  env: {A: "{{in}}"}` },
  'the name in the command': { transform: CMD.replace('"{out}"', '"{out}", "{datum}"') },
  'standard input': { transform: `${CMD}\n  stdin: [a]` },
  'an empty standard input': { transform: `${CMD}\n  stdin: []` },
  'a variable': { transform: `${CMD}\n  env: {A: b}` },
  'another variable': { transform: `${CMD}\n  env: {B: b}` },
  'an empty variable': { transform: `${CMD}\n  env: {A: ""}` },
  'a variable that is named as the input': { transform: `${CMD}\n  env: {in: ""}` },
  'another directory': { transform: 'cmd: [sh, x.sh, "{in}", "{out}"]\n  working_dir: code' },
  'an accepted exit code': { transform: `${CMD}\n  accept_return_code: [1]` },
  salt: { top: 'salt: a' },
  'empty salt': { top: 'salt: ""' },
  discard: { top: 'discard: ["*.log"]' },
  'discard with a comma': { top: 'discard: ["a, b"]' },
  'discard twice': { top: 'discard: [a, b]' },
  'paths count': { top: 'identity: path' },
  'an image': { transform: `${CMD}\n  image: a.sif` },
  'another image': { transform: `${CMD}\n  image: b.sif` },
  'other content of the image': { transform: `${CMD}\n  image: a.sif`, files: { 'a.sif': 'k' } },
  'a container': { transform: `${CMD}\n  image: tool`, config: CONTAINER },
  'a container that runs otherwise': {
    transform: `${CMD}\n  image: tool`,
    config: CONTAINER.replace('run', 'exec'),
  },
  'a container with more': {
    transform: `${CMD}\n  image: tool`,
    config: `${CONTAINER}\textra-input = b.sif\n`,
  },
};

function viewOf({ input, transform, top, files, entries = [], config }: Variant, name: string): JobView {
  const text = `input:\n  ${input ?? 'pfs: {repo: in, glob: "/*"}'}\ntransform:\n  ${transform ?? CMD}\n${top ?? ''}\n`;
  const { spec, diagnostics } = parseSpec(text, { directory: 'job' });
  assert.ok(spec !== undefined, `${name}: ${diagnostics.map(({ message }) => message).join('\n')}`);
  const all = new Map<string, TreeEntry>();
  for (const [path, blob] of Object.entries({
    ...FILES,
    ...files,
    'job/spec.yml': name,
    '.datalad/config': config,
  }))
    if (blob !== undefined) all.set(path, { path, type: 'file', blob });
  for (const entry of entries) all.set(entry.path, entry);
  const sorted = [...all.values()].sort((a, b) => compareCodePoints(a.path, b.path));
  const index = new TreeIndex({ commit: '0', entries: sorted });
  const [pipeline] = makePlan({
    index,
    pipelines: [{ specPath: 'job/spec.yml', directory: 'job', spec }],
    broken: [],
    history: new History(),
    images: imageFacts([['.datalad/config', config ?? '']]),
    failures: new Map(),
    holders: new Map(),
  }).pipelines;
  const [datum] = pipeline?.datums ?? [];
  assert.ok(pipeline !== undefined && datum !== undefined, `${name}: ${pipeline?.problem}`);
  const view = jobViewer(pipeline, index)(datum);
  assert.ok(view !== undefined && view.keys.byContent === datum.job, `${name}: ${datum.reason}`);
  return view;
}

describe('the comparison of two jobs', () => {
  const views = Object.entries(VARIANTS).map(([name, variant]) => [name, viewOf(variant, name)] as const);

  it('finds a difference wherever keys differ, and none where they are equal', () => {
    let different = 0;
    for (const [before, then] of views) {
      for (const [after, now] of views) {
        const job = then.keys.byContent;
        const found = compareJobs(then, now, job);
        const isSame = now.keys.has(job);
        if (!isSame) different += 1;
        const what = `${before} → ${after}: ${JSON.stringify(found)}`;
        assert.equal(found.length === 0, isSame, what);
        for (const change of found) assert.notEqual(change.before, change.after, what);
      }
    }
    assert.ok(different > 2000);
  });

  it('names one thing where one has changed', () => {
    const [[, plain] = []] = views;
    const several = new Set([
      'a file renamed',
      'two contents swapped',
      'another name of the input',
      'another directory',
      'more and other code',
    ]);
    assert.ok(plain !== undefined);
    for (const [name, view] of views) {
      if (name === 'plain' || several.has(name) || VARIANTS[name]?.input !== undefined) continue;
      const found = compareJobs(plain, view, plain.keys.byContent);
      const main = name === 'no code' ? found.filter(({ kind }) => kind !== 'code') : found;
      assert.equal(main.length, 1, `${name}: ${JSON.stringify(found)}`);
    }
  });
});
