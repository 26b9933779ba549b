import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { plainText } from '../../src/spec/complete-fields.ts';
import { complete } from '../../src/spec/completion.ts';
import type { CompletionItem } from '../../src/spec/completion-item.ts';
import { hover } from '../../src/spec/hover.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import type { ProjectView, ViewEntry } from '../../src/spec/project-view.ts';
import { TEMPLATES } from '../../src/spec/templates.ts';
import { offsetOf } from './positions.ts';

const TREE: Readonly<Record<string, readonly string[]>> = {
  '': ['raw/', 'code/', 'a b/', 'README.md'],
  raw: ['sub-01/', 'sub-02/', 'x.json'],
  'raw/sub-01': ['anat/'],
  'raw/sub-02': ['func/'],
  code: ['edges.py', 'lib/'],
};

const view: ProjectView = {
  list: (directory) =>
    (TREE[directory] ?? []).map(
      (name): ViewEntry => ({ name: name.replace('/', ''), kind: name.endsWith('/') ? 'directory' : 'file' }),
    ),
  pipelines: [{ name: 'edges', directory: 'derivatives/edges' }],
  scripts: ['code/edges.py', 'code/lib/edge case.sh', 'tool'],
  images: [{ name: 'opencv', detail: 'registered container', documentation: 'Content: `KEY`' }],
};

/** Completes at the mark `‸`. */
function at(marked: string): { items: readonly CompletionItem[]; text: string } {
  const offset = marked.indexOf('‸');
  const text = marked.replace('‸', '');
  return { items: complete(text, offset, view), text };
}

/** The text after choosing an item, without snippet marks. */
function choose(marked: string, label: string): string {
  const { items, text } = at(marked);
  const item = items.find((one) => one.label === label);
  assert.ok(item !== undefined, `${label} is not among ${items.map((one) => one.label).join(', ')}`);
  const plain = item.insertText
    .replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replace(/(?<!\\)\$\d+/g, '')
    .replace(/\\([\\$}])/g, '$1');
  return text.slice(0, offsetOf(text, item.range.start)) + plain + text.slice(offsetOf(text, item.range.end));
}

const INPUT = 'input:\n  pfs: { repo: raw, glob: "/(*)" }\n';

/** The fields of a `pfs` input beside its repo. */
const PFS_REST = [
  'glob',
  'name',
  'join_on',
  'outer_join',
  'group_by',
  'empty_files',
  'reference',
  'upstream',
];

/** The fields at the top that come last. */
const LATER = [
  'job_timeout',
  'parallelism_spec',
  'resource_requests',
  'resource_limits',
  'scheduling_spec',
  'datum_set_spec',
];

describe('completion', () => {
  const labels: readonly [string, readonly string[]][] = [
    [
      '‸',
      [
        ...TEMPLATES.map(({ label }) => label),
        'pipeline',
        'description',
        'metadata',
        'input',
        'transform',
        'output',
        'discard',
        'identity',
        'salt',
        'datum_timeout',
        'datum_tries',
        ...LATER,
      ],
    ],
    [
      'description: x\nsalt: y\nidentity: path\nmetadata: {}\npipeline: {}\noutput: .\n‸',
      ['input', 'transform', 'discard', 'datum_timeout', 'datum_tries', ...LATER],
    ],
    ['input:\n  ‸', ['pfs', 'cross', 'union', 'join', 'group']],
    ['input:\n  p‸', ['pfs', 'cross', 'union', 'join', 'group']],
    ['input:\n  pfs:\n    repo: raw\n    ‸', PFS_REST],
    ['input:\n  pfs:\n    ‸\n    repo: raw\n', PFS_REST],
    ['input:\n  pfs: { repo: raw, ‸ }', PFS_REST],
    ['input:\n  pfs: { repo: raw, ‸', PFS_REST],
    ['input: {pfs: {repo: "raw", "‸', PFS_REST],
    ['input:\n  pfs: { repo: ‸ }', ['derivatives/edges', 'raw', 'code', 'a b']],
    ['input:\n  pfs:\n    repo: r‸', ['raw']],
    ['input:\n  pfs:\n    repo: raw/‸', ['sub-01', 'sub-02']],
    ['input:\n  pfs: { repo: raw, glob: "/‸" }', ['*', 'sub-01', 'sub-02', 'x.json']],
    ['input:\n  pfs: { repo: raw, glob: "/sub-*/‸', ['*', 'anat', 'func']],
    ['input:\n  pfs: { repo: raw, glob: "/sub-(*)/f‸" }', ['*', 'func']],
    ['input:\n  pfs: { repo: raw, glob: "/**/‸" }', []],
    ['identity: ‸', ['content', 'path']],
    [
      `${INPUT}output: "{‸}"`,
      ['{raw}', '{raw.path}', '{raw.1}', '{1}', '{datum}', '{pipeline}', '.', 'sub-{1}'],
    ],
    [
      `${INPUT}transform:\n  cmd: [python3, code/‸]`,
      [
        '{out}',
        '{raw}',
        '{raw.path}',
        '{raw.1}',
        '{1}',
        '{datum}',
        '{pipeline}',
        '{scratch}',
        '{cpus}',
        '{memory_mb}',
        'edges.py',
        'lib',
      ],
    ],
    [`${INPUT}transform:\n  image: ‸`, ['opencv']],
    [`${INPUT}transform:\n  code:\n  - code/e‸`, ['edges.py']],
    ['# ‸', []],
    ['nothing:\n  of: ‸', []],
    ['metadata:\n  ‸', ['annotations', 'labels']],
  ];
  for (const [marked, expected] of labels) {
    it(`offers what fits at ${JSON.stringify(marked)}`, () => {
      assert.deepEqual(
        at(marked).items.map((item) => item.label),
        expected,
      );
    });
  }

  const chosen: readonly [string, string, string][] = [
    ['inp‸', 'input', 'input:\n  pfs:\n    repo: \n    glob: "/*"'],
    ['inp‸: {}', 'input', 'input: {}'],
    ['‸', 'output', 'output: "{datum}"'],
    ['iden‸\nsalt: x', 'identity', 'identity: content\nsalt: x'],
    ['input:\n  pfs: { repo: r‸ }', 'raw', 'input:\n  pfs: { repo: raw }'],
    ['input:\n  pfs: { repo: ‸ }', 'a b', 'input:\n  pfs: { repo: "a b" }'],
    ['input:\n  pfs: { repo: raw, glob: ‸ }', 'sub-01', 'input:\n  pfs: { repo: raw, glob: "/sub-01" }'],
    [
      'input:\n  pfs: { repo: raw, glob: "/s‸x/y" }',
      'sub-01',
      'input:\n  pfs: { repo: raw, glob: "/sub-01/y" }',
    ],
    [`${INPUT}transform:\n  cmd: [a, ‸]`, '{out}', `${INPUT}transform:\n  cmd: [a, "{out}"]`],
    [`${INPUT}transform:\n  cmd: [a, "x{r‸}"]`, '{raw}', `${INPUT}transform:\n  cmd: [a, "x{raw}"]`],
    [`${INPUT}transform:\n  cmd:\n    - "{ra‸`, '{raw}', `${INPUT}transform:\n  cmd:\n    - "{raw}`],
    [`${INPUT}transform:\n  cmd: |\n    cat {o‸`, '{out}', `${INPUT}transform:\n  cmd: |\n    cat {out}`],
    [`${INPUT}transform:\n  cmd: |\n    cat co‸`, 'code', `${INPUT}transform:\n  cmd: |\n    cat code`],
    [
      `${INPUT}transform:\n  cmd: [python3, edg‸]`,
      'code/edges.py',
      `${INPUT}transform:\n  cmd: [python3, code/edges.py]`,
    ],
    [
      `${INPUT}transform:\n  cmd: [sh, cas‸]`,
      'code/lib/edge case.sh',
      `${INPUT}transform:\n  cmd: [sh, "code/lib/edge case.sh"]`,
    ],
    [
      `${INPUT}transform:\n  cmd: sh edg‸ {raw}`,
      'code/edges.py',
      `${INPUT}transform:\n  cmd: sh code/edges.py {raw}`,
    ],
    [`${INPUT}transform: { image: o‸ }`, 'opencv', `${INPUT}transform: { image: opencv }`],
    ['identity: p‸\nsalt: x', 'path', 'identity: path\nsalt: x'],
    ['datum_timeout: ‸', '1h30m', 'datum_timeout: "1h30m"'],
  ];
  for (const [marked, label, expected] of chosen) {
    it(`writes ${label} at ${JSON.stringify(marked)}`, () => assert.equal(choose(marked, label), expected));
  }

  it('documents what it offers', () => {
    for (const item of at('‸').items) assert.ok(item.documentation.length > 20 && item.detail.length > 0);
  });
});

describe('a template', () => {
  for (const { label, body } of TEMPLATES)
    it(`is a spec without a mistake: ${label}`, () =>
      assert.deepEqual(parseSpec(plainText(body), { directory: 'job' }).diagnostics, []));
  it('is offered only where nothing is written', () => {
    const offered = (marked: string) => at(marked).items.some(({ kind }) => kind === 'template');
    assert.deepEqual(['‸', 'pipe‸', '# words\n‸', 'salt: x\n‸', 'input:\n  ‸', '  ‸'].map(offered), [
      ...[true, true, true, false, false, false],
    ]);
  });
});

describe('hover', () => {
  const text = `${INPUT}transform:\n  cmd: [a, "x{out}"]\n  image: x\n  user: me\nidentity: path\nspout: {}\n`;
  const cases: readonly [string, string, RegExp][] = [
    ['glob', 'glob', /captures/],
    ['identity', 'identity', /computed once/],
    ['path', 'path', /computed once/],
    ['out}', '{out}', /empty directory/],
    ['image', 'image', /container image/],
    ['user', 'user', /runs as the user/],
    ['spout', 'spout', /commit what arrives and call `minipach run`/],
    ['raw', 'raw', /directory of the project/],
  ];
  for (const [word, marked, contents] of cases) {
    it(`explains ${marked}`, () => {
      const found = hover(text, text.indexOf(word) + 1);
      assert.ok(found !== undefined);
      assert.match(found.contents, contents);
      assert.equal(text.slice(offsetOf(text, found.range.start), offsetOf(text, found.range.end)), marked);
    });
  }

  it('tells what is behind a value: in the place of the documentation on it, above it on its field', () => {
    const about = (path: readonly (string | number)[]): string | undefined =>
      path.join('.') === 'transform.image' ? 'FACTS' : undefined;
    assert.equal(hover(text, text.indexOf('image: x') + 7, about)?.contents, 'FACTS');
    assert.match(hover(text, text.indexOf('image: x'), about)?.contents ?? '', /^FACTS\n\n---\n\n\*\*/);
    assert.match(hover(text, text.indexOf('image: x') + 7)?.contents ?? '', /container image/);
  });

  it('says nothing where there is nothing to say', () => {
    assert.equal(hover('# glob\n', 3), undefined);
    assert.equal(hover('zebra: x\n', 2), undefined);
    assert.equal(hover('', 0), undefined);
  });

  it('works while typing', () => {
    assert.match(hover('input:\n  pfs: {repo: raw, glob', 29)?.contents ?? '', /whole paths/);
  });
});
