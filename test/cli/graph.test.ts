import assert from 'node:assert/strict';
import { spec, TestProject } from '../rigs/project.ts';

describe('minipach graph', function () {
  this.timeout(60_000);
  let project: TestProject;
  before(() => {
    project = TestProject.withCopies(3);
    project.write('after/spec.yml', spec('after', 'copy', '[cp, "{copy}/b.txt", "{out}"]'));
    project.write('other/spec.yml', spec('other', 'code', '["true"]'));
    project.write('broken/spec.yml', 'input:\n  pfs: { repo: data, glob: 5 }\ntransform: { cmd: [x] }\n');
    project.commit('Add pipelines');
    assert.equal(project.minipach('run', 'copy/d0001').code, 0);
  });
  after(() => project.remove());

  const graph = (...args: string[]): string => {
    const { code, stdout, stderr } = project.minipach('graph', ...args);
    assert.equal(code, 0, stderr);
    return stdout;
  };

  it('prints all pipelines, what they read and how they stand, also those with errors', () => {
    assert.deepEqual(graph().trimEnd().split('\n'), [
      'flowchart LR',
      '  n0[("data<br/>3 files")]:::is-repo',
      '  n1["copy<br/>2 pending, 1 done"]:::is-pending',
      '  n2[("code<br/>1 file")]:::is-repo',
      '  n3["other<br/>1 pending"]:::is-pending',
      '  n4["after<br/>1 pending, 2 blocked"]:::is-pending',
      '  n5["broken<br/>spec has errors"]:::is-wrong',
      '  n0 -->|"/#42;"| n1',
      '  n2 -->|"/#42;"| n3',
      '  n1 -->|"/#42;"| n4',
      '  n0 --> n5',
      '  classDef is-repo stroke:#8c959f',
      '  classDef is-pending stroke:#bf8700',
      '  classDef is-wrong stroke:#cf222e',
    ]);
  });

  it('prints a part around what is named', () => {
    for (const name of ['after', 'copy', 'copy/d0001', 'data/../copy'])
      assert.match(graph(name), /data.*copy.*after/s);
    assert.doesNotMatch(graph('after'), /other|code|broken/);
    assert.match(graph('other'), /code.*other/s);
    assert.doesNotMatch(graph('other'), /copy/);
    const { code, stdout, stderr } = project.minipach('graph', 'cop');
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /did you mean `copy`/);
  });

  it('prints what was asked for, and no colour or other line', () => {
    const coloured = project.minipachWith({ FORCE_COLOR: '1', NO_COLOR: undefined }, 'graph');
    assert.equal(coloured.stdout, graph());
    assert.equal(coloured.stderr, '');
    assert.match(graph('--format', 'dot'), /^digraph minipach \{\n[\s\S]*\n\}\n$/);
    assert.match(graph('--format', 'svg'), /^<svg [\s\S]*<\/svg>\n$/);
    const wrong = project.minipach('graph', '--format', 'png');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /Allowed choices are mermaid, dot, svg/);
  });

  it('is offered by shells', () => {
    const offered = (line: string): string[] =>
      project.minipach('complete', 'bash', line).stdout.split('\n').filter(Boolean);
    assert.deepEqual(offered('minipach gr'), ['graph']);
    assert.deepEqual(offered('minipach graph --format '), ['mermaid', 'dot', 'svg']);
    assert.deepEqual(offered('minipach graph a'), ['after']);
  });
});
