import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { findProgram } from '../../src/project/programs.ts';
import { TestProject } from '../rigs/project.ts';

const KEY = 'datalad.get.subdataset-source-candidate-210lab';

/** A project with `data/outer`, in which `deep/inner` is. */
function makeNested(): TestProject {
  const project = TestProject.make();
  const inner = TestProject.make();
  const outer = TestProject.make();
  outer.addSubmodule(inner, 'deep/inner');
  project.addSubmodule(outer, 'data/outer');
  inner.remove();
  outer.remove();
  return project;
}

describe('minipach candidates', function () {
  this.timeout(120_000);
  let project: TestProject;
  beforeEach(() => {
    project = makeNested();
  });
  afterEach(() => project.remove());

  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents as any reader would.
  const json = (...args: string[]): any =>
    JSON.parse(project.minipach('candidates', '--json', ...args).stdout);

  it('shows those of the subdataset that a path leads to, at any depth', () => {
    const all = json();
    assert.deepEqual([all.version, all.kind, all.dataset], [1, 'candidates', project.root]);
    assert.deepEqual(
      all.subdatasets.map(({ path, installed }: { path: string; installed: boolean }) => [path, installed]),
      [['data/outer', true]],
    );
    assert.equal(all.subdatasets[0].commit, project.at('data/outer').head());
    assert.equal(json('data').subdatasets[0].path, 'data/outer');
    const inner = json('data/outer/deep/inner');
    assert.deepEqual([inner.dataset, inner.subdatasets[0].path], [project.path('data/outer'), 'deep/inner']);
    const wrong = project.minipach('candidates', 'nowhere');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /nowhere is no subdataset/);
  });

  it('adds a source that is committed, and that DataLad reads', function () {
    const added = project.minipach(
      ...['candidates', '--add', 'ria+file:///store#{id}', '--cost', '210', '--name', 'Lab'],
    );
    assert.equal(added.code, 0, added.stderr);
    // Nothing of this subdataset's says what its id is.
    assert.match(added.stderr, /lab is left out for data\/outer, because nothing is known of \{id\}/);
    assert.match(added.stdout, /serves 0 subdatasets/);
    const command = /Commit it: (.*)/.exec(added.stdout)?.[1] ?? '';
    project.ok('sh', ['-c', command]);
    assert.equal(project.git('status', '--porcelain').trim(), '');
    project.git('config', '--file', '.gitmodules', 'submodule.data/outer.datalad-id', 'an-id');
    const again = project.minipach(
      ...['candidates', '--add', 'ria+file:///store#{id}', '--cost', '210', '--name', 'lab'],
    );
    assert.match(again.stdout, /says so already/);
    const [first] = json('data/outer').subdatasets[0].candidates;
    assert.deepEqual(first, { cost: 210, name: 'lab', url: 'ria+file:///store#an-id', configured: true });
    if (findProgram('datalad') === undefined) this.skip();
    assert.equal(project.ok('datalad', ['configuration', 'get', KEY]).trim(), 'ria+file:///store#{id}');
  });

  it('refuses what could never be used, and writes nothing then', () => {
    const refused = (url: string, name: string): string => {
      const { code, stderr } = project.minipach('candidates', '--add', url, '--name', name);
      assert.equal(code, 2, `${url} ${name}`);
      return stderr;
    };
    assert.match(refused('/x', 'a_b'), /use letters, digits and hyphens/);
    assert.match(refused('/x', '100a'), /give the cost with --cost/);
    assert.match(refused('/x/{id', 'a'), /cannot be read/);
    assert.match(refused('ria+file:///store', 'a'), /ria\+file:\/\/\/store#\{id\}/);
    assert.equal(project.minipach('candidates', '--add', '/x', '--cost', '1000').code, 2);
    assert.equal(project.minipach('candidates', '--cost', '100').code, 2);
    assert.ok(!existsSync(project.path('.datalad/config')));
  });
});
