import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { spec, TestProject } from '../rigs/project.ts';

describe('a repo that holds pipelines', function () {
  this.timeout(60_000);

  it('gives their results to what reads it, in one run, and nothing else of theirs', () => {
    const project = TestProject.make();
    try {
      project.write('raw/a', 'a\n');
      project.write('der/prep/spec.yml', spec('prep', 'raw', '"cp {raw} {out}/res"'));
      project.write('der/prep/README.md', 'About.\n');
      project.write('der/own/x', 'x\n');
      project.write(
        'agg/spec.yml',
        spec('agg', 'der', '"(cd {der} && find . -type f | sort) > {out}/files"'),
      );
      project.commit('Add pipelines');
      const { code, stderr } = project.minipach('run');
      assert.equal(code, 0, stderr);
      assert.equal(project.read('agg/own/files'), './x\n');
      assert.equal(project.read('agg/prep/files'), './a/res\n');
      assert.match(project.minipach('run').stdout, /Nothing to do|(?:was|were) done before/);
    } finally {
      project.remove();
    }
  });

  it('does not keep pipelines feeding each other for ever', () => {
    const project = TestProject.make();
    try {
      project.write('raw/a', 'a\n');
      project.write('inraw/spec.yml', spec('inraw', 'raw', '"cp -r {raw} {out}/o"'));
      project.write('raw/pipe/spec.yml', spec('pipe', 'inraw', '"cp -r {inraw} {out}/o"'));
      const head = project.commit('Add pipelines');
      const { code, stderr } = project.minipach('run');
      assert.equal(code, 2);
      assert.match(stderr, /read each other in a circle/);
      assert.equal(project.head(), head);
    } finally {
      project.remove();
    }
  });
});
