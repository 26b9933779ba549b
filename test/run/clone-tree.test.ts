import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ended, seededRandom, TestProject } from '../rigs/project.ts';

interface Told {
  readonly path: string;
  readonly state: string;
  readonly source: string | null;
  readonly commit: string | null;
  readonly failures: readonly {
    readonly source: string;
    readonly reason: string;
    readonly message: string;
  }[];
}

/**
 * A project with `a`, `data/b` (in which `deep/inner` is), `gone`, whose source is removed, and `left`, which is not
 * installed with others. Before anything that works come a source that is not there, and one that is older.
 */
function makeTree(): TestProject {
  const project = TestProject.make();
  const made: TestProject[] = [];
  const source = (name: string): TestProject => {
    const one = TestProject.make();
    one.write('name.txt', `${name}\n`);
    one.commit(`Add ${name}`);
    made.push(one);
    return one;
  };
  const outer = source('b');
  outer.addSubmodule(source('inner'), 'deep/inner');
  for (const [path, one] of Object.entries({
    a: source('a'),
    'data/b': outer,
    gone: source('gone'),
    left: source('left'),
  }))
    project.addSubmodule(one, path);
  for (const one of made) one.remove();
  project.at('a').git('clone', '--quiet', '.', project.path('../stale/a'));
  project.at('a').write('later.txt', 'later\n');
  project.at('a').commit('Later');
  // Relative to wherever the superdataset is cloned from, as datalad writes them.
  for (const path of ['a', 'data/b', 'gone', 'left'])
    project.git('config', '--file', '.gitmodules', `submodule.${path}.url`, `./${path}`);
  project.at('data/b').git('config', '--file', '.gitmodules', 'submodule.deep/inner.url', './deep/inner');
  project.at('data/b').commit('Name it relatively');
  project.git('config', '--file', '.gitmodules', 'submodule.left.datalad-recursiveinstall', 'skip');
  project.write('.datalad/config', '');
  for (const [name, folder] of [
    ['100dead', 'nowhere'],
    ['110stale', 'stale'],
  ])
    project.git(
      'config',
      '--file',
      '.datalad/config',
      `datalad.get.subdataset-source-candidate-${name}`,
      `${join(project.root, '..', folder ?? '')}/{name}`,
    );
  project.commit('Add subdatasets');
  rmSync(project.path('gone'), { recursive: true });
  return project;
}

describe('minipach clone -r', function () {
  this.timeout(300_000);
  let project: TestProject;
  beforeEach(() => {
    project = makeTree();
  });
  afterEach(() => project.remove());

  const clone = (...args: string[]) =>
    project.minipach('clone', project.root, '../clone', '-r', '-J', '4', ...args);

  function assertWhole(tree: TestProject): void {
    // A sign before the commit would say that it is another one, or not there.
    const lines = tree.git('submodule', 'status', 'a', 'data/b').split('\n').filter(Boolean);
    assert.deepEqual(
      lines.map((line) => line[0]),
      [' ', ' '],
    );
    assert.match(tree.at('data/b').git('submodule', 'status'), /^ /);
    assert.equal(tree.at('data/b/deep/inner').read('name.txt'), 'inner\n');
    assert.equal(tree.git('status', '--porcelain').trim(), '');
    for (const path of ['.git', 'data/b/.git'])
      assert.deepEqual(
        readdirSync(tree.path(path)).filter((name) => name.startsWith('.minipach')),
        [],
      );
  }

  it('falls through sources that are not there or lack the commit, and tells all failures together', () => {
    const first = clone('--json');
    assert.equal(first.code, 1, first.stderr);
    const { version, kind, datasets } = JSON.parse(first.stdout) as {
      version: number;
      kind: string;
      datasets: Told[];
    };
    assert.deepEqual([version, kind], [1, 'clone']);
    const tree = project.at('../clone');
    const told = new Map(datasets.map((one) => [one.path.slice(tree.root.length + 1), one]));
    assert.deepEqual([...told].map(([path, { state }]) => `${path} ${state}`).sort(), [
      ' cloned',
      'a cloned',
      'data/b cloned',
      'data/b/deep/inner cloned',
      'gone failed',
      'left skipped',
    ]);
    assert.deepEqual(
      told.get('a')?.failures.map(({ reason }) => reason),
      ['clone-failed', 'commit-missing'],
    );
    assert.equal(told.get('a')?.commit, project.at('a').head());
    assert.equal(told.get('a')?.source, project.path('a'));
    assertWhole(tree);
    // What a superdataset knows of sources serves what is deeper, too, for DataLad as well.
    const key = 'datalad.get.subdataset-source-candidate-100dead';
    assert.equal(tree.at('data/b').git('config', key), tree.git('config', '--file', '.datalad/config', key));
    assert.equal(tree.git('config', 'submodule.a.active').trim(), 'true');
    assert.equal(tree.git('config', 'submodule.a.url').trim(), project.path('a'));

    const second = clone();
    assert.equal(second.code, 1);
    assert.match(second.stdout, /^present {2}\S*clone\/a$/m);
    assert.match(
      second.stderr,
      /clone\/gone could not be cloned from:\n {2}\S*nowhere\/gone: .*\n {2}\S*stale\/gone: .*\n {2}\S*project\/gone: /,
    );
    assert.match(second.stderr, /1 subdataset could not be cloned; the same command tries again/);
  });

  it('goes on where it was once a source is added', () => {
    assert.equal(clone().code, 1);
    const tree = project.at('../clone');
    // What git keeps of it in the project is as good as any other place.
    const added = tree.minipach(
      'candidates',
      '--add',
      `${project.root}/.git/modules/{name}`,
      '--cost',
      '120',
    );
    assert.equal(added.code, 0, added.stderr);
    const again = clone();
    assert.equal(again.code, 0, again.stderr);
    assert.match(
      again.stdout,
      /^cloned {3}\S*clone\/gone {2}from .*modules\/gone {2}after 2 sources that failed$/m,
    );
    assert.equal(again.stdout.match(/^present/gm)?.length, 4);
    assert.equal(tree.at('gone').read('name.txt'), 'gone\n');
  });

  it('leaves no half subdataset wherever it is killed, and goes on', async () => {
    const random = seededRandom(11);
    const start = performance.now();
    clone();
    const whole = performance.now() - start;
    let kills = 0;
    // A busy machine may be done before its time.
    for (let round = 0; kills < 4; round += 1) {
      assert.ok(round < 20, `${kills} were killed`);
      const child = project.start(
        ['clone', project.root, `../clone-${round}`, '-r', '-J', '2'],
        'ignore',
        'pipe',
      );
      const timer = setTimeout(() => child.kill('SIGKILL'), random() * whole);
      if ((await ended(child)) === null) kills += 1;
      clearTimeout(timer);
      const again = project.minipach('clone', project.root, `../clone-${round}`, '-r');
      assert.equal(again.code, 1, again.stderr);
      assertWhole(project.at(`../clone-${round}`));
    }
  });
});
