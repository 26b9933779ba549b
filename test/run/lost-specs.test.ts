import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { spec, TestProject } from '../rigs/project.ts';

describe('a spec that looks like none any more', function () {
  this.timeout(120_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
    for (const name of ['a', 'b']) project.write(`in/${name}`, `${name}\n`);
  });
  afterEach(() => project.remove());

  /** A pipeline, and one that reads all of its results. */
  const pipelines = (cmd: string): void => {
    project.write('part/spec.yml', spec('part', 'in', `"${cmd}"`));
    project.write(
      'sum/spec.yml',
      spec('sum', 'part', '"find {part} -type f > {out}/all"').replace('/*', '/'),
    );
    project.commit('Add pipelines');
    const { code, stderr } = project.minipach('run');
    assert.equal(code, 0, stderr);
  };

  for (const [what, text] of [
    ['empty', ''],
    ['comments', '# to do\n'],
    ['half typed', 'a: ['],
    ['plain text', 'to do\n'],
    ['the file of another tool', 'openapi: 3.0.0\ninfo:\n  title: x\n'],
  ] as const)
    it(`is an error where results were recorded, and nothing is made of its folder (${what})`, () => {
      pipelines('cat {in} > {out}/r');
      project.write('part/spec.yml', text);
      const head = project.commit('Spoil the spec');
      const check = project.minipach('check');
      assert.equal(check.code, 2);
      assert.match(check.stdout, /part\/spec\.yml:1/);
      assert.match(check.stderr, /2 specs checked, \d+ errors?/);
      const run = project.minipach('run');
      assert.equal(run.code, 2);
      assert.match(run.stderr, /errors in specs/);
      project.minipach('run', 'sum');
      assert.equal(project.head(), head);
      assert.match(project.minipach('status', 'sum').stdout, /part, whose spec has errors/);
    });

  it('is an error by itself where it is empty or no YAML, and else is left to the tool that it is of', () => {
    const table: [text: string, errors: number][] = [
      ['', 1],
      ['# to do\n', 1],
      ['a: [', 1],
      ['a: {{ b }}: "\n', 1],
      ['openapi: 3.0.0\npaths: [\n', 0],
      ['apiVersion: v1\nkind: Pod\nmetadata: {{ .Values }}: "\n', 0],
      ['a: 1\n---\nb: !x 2\n', 0],
      ['to do\n', 0],
    ];
    for (const [position, [text]] of table.entries()) project.write(`tool${position}/spec.yml`, text);
    project.commit('Add files');
    const { stdout } = project.minipach('check', '--format', 'json');
    const found = new Set(
      (JSON.parse(stdout) as { file: string; severity: string }[])
        .filter(({ severity }) => severity === 'error')
        .map(({ file }) => file.split('/')[0]),
    );
    const expected = table.flatMap(([, errors], position) => (errors > 0 ? [`tool${position}`] : []));
    assert.deepEqual([...found].filter((name) => name?.startsWith('tool')).sort(), expected);
  });

  it('is data where a job has left it', () => {
    pipelines(': > {out}/spec.yml');
    assert.equal(project.minipach('check').code, 0);
    assert.match(project.minipach('run').stdout, /(?:was|were) done before/);
  });
});
