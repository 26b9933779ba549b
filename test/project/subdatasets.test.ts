import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { CatFile } from '../../src/project/cat-file.ts';
import { openProject } from '../../src/project/open.ts';
import { withSubdatasets } from '../../src/project/subdatasets.ts';
import { readTree } from '../../src/project/tree.ts';
import { type PlannedTest, spec, TestProject } from '../rigs/project.ts';

/** A project with `data/outer`, and `deep/inner` in that, both as git makes submodules. */
function makeNested(): TestProject {
  const project = TestProject.make();
  const inner = repository(project, '../inner');
  inner.write('n1/a.txt', 'one\n');
  inner.commit('Add a datum');
  const outer = repository(project, '../outer');
  outer.write('o1/a.txt', 'one\n');
  outer.write('o2/a.txt', 'two\n');
  outer.addSubmodule(inner, 'deep/inner');
  project.write('own/o1/a.txt', 'one\n');
  project.addSubmodule(outer, 'data/outer');
  project.write('own-copy/spec.yml', spec('own-copy', 'own', '[cp, "{own}/a.txt", "{out}/b.txt"]'));
  project.write('outer-copy/spec.yml', named('outer-copy', 'data/outer', '/o*'));
  project.write('inner-copy/spec.yml', named('inner-copy', 'data/outer/deep/inner', '/*'));
  project.commit('Add pipelines');
  return project;
}

function repository(beside: TestProject, path: string): TestProject {
  const made = beside.at(path);
  mkdirSync(made.root);
  made.git('init', '--quiet', '--initial-branch=main');
  return made;
}

function named(name: string, repo: string, glob: string): string {
  return `pipeline: {name: ${name}}\ninput: {pfs: {repo: ${repo}, glob: "${glob}", name: own}}\ntransform: {cmd: [cp, "{own}/a.txt", "{out}/b.txt"]}\n`;
}

function jobs(pipeline: PlannedTest | undefined): readonly (string | null)[] {
  return Object.values(pipeline?.datums ?? {}).map(({ job }) => job);
}

async function treeOf(project: TestProject, specs: readonly unknown[]) {
  const opened = await openProject(project.root);
  assert.ok(opened.ok);
  const own = await readTree(project.root, opened.project.head);
  return { own, tree: await withSubdatasets(opened.project, own, specs) };
}

const reading = (repo: string, glob = '/*'): unknown => ({ input: { pfs: { repo, glob } } });

describe('subdatasets as git makes them', function () {
  this.timeout(120_000);
  let project: TestProject;
  beforeEach(() => {
    project = makeNested();
  });
  afterEach(() => project.remove());

  it('are read at any depth, and equal content has equal keys wherever it lies', () => {
    const plan = project.plan();
    const job = plan['own-copy']?.datums['o1']?.job;
    assert.match(job ?? '', /^[0-9a-f]{64}$/);
    assert.equal(plan['outer-copy']?.datums['o1']?.job, job);
    assert.equal(plan['inner-copy']?.datums['n1']?.job, job);
    assert.deepEqual(Object.keys(plan['outer-copy']?.datums ?? {}), ['o1', 'o2']);
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stderr);
    assert.equal(project.read('inner-copy/n1/b.txt'), 'one\n');
    assert.equal(project.git('status', '--porcelain'), '');
  });

  it('are read at the recorded commit, whatever is checked out', () => {
    const before = project.plan()['inner-copy']?.datums;
    const inner = project.at('data/outer/deep/inner');
    inner.write('n1/a.txt', 'other\n');
    inner.write('n2/a.txt', 'two\n');
    inner.commit('Go on');
    assert.deepEqual(project.plan()['inner-copy']?.datums, before);
    project.at('data/outer').commit('Record it');
    assert.deepEqual(project.plan()['inner-copy']?.datums, before);
    project.commit('Record that');
    const after = project.plan()['inner-copy']?.datums;
    assert.deepEqual(Object.keys(after ?? {}), ['n1', 'n2']);
    assert.notEqual(after?.['n1']?.job, before?.['n1']?.job);
  });

  it('are found by a folder .git, a file .git, and where the superdataset keeps them', () => {
    const before = project.plan();
    project.git('submodule', '--quiet', 'deinit', '--force', 'data/outer');
    assert.deepEqual(project.plan(), before);
    const result = project.minipach('run', 'inner-copy');
    assert.equal(result.code, 0, result.stderr);
    // What DataLad makes: clones in place.
    rmSync(project.path('.git/modules'), { recursive: true });
    rmSync(project.path('data/outer'), { recursive: true });
    assert.equal(project.plan()['outer-copy']?.waitsFor?.includes('not installed'), true);
    project.git('clone', '--quiet', project.at('../outer').root, 'data/outer');
    const inner = project.at('data/outer/deep/inner');
    project.git('clone', '--quiet', project.at('../inner').root, inner.root);
    for (const name of ['outer-copy', 'inner-copy'])
      assert.deepEqual(jobs(project.plan()[name]), jobs(before[name]));
    assert.equal(project.plan()['inner-copy']?.datums['n1']?.state, 'done');
  });

  it('that are absent are waited for, with the command that brings them', () => {
    project.write('all/spec.yml', named('all', 'data', '/*'));
    project.commit('Add a pipeline');
    const clone = project.clone('clone');
    const plan = clone.plan();
    const outer =
      'Waits for the subdataset data/outer, which is not installed: run `git submodule update --init -- data/outer`.';
    for (const name of ['outer-copy', 'inner-copy']) {
      assert.equal(plan[name]?.waitsFor, outer);
      assert.deepEqual([plan[name]?.datums, plan[name]?.diagnostics], [{}, []]);
    }
    const { state, reason, job } = plan['all']?.datums['outer'] ?? {};
    assert.deepEqual([state, reason, job], ['blocked', outer, null]);
    assert.equal(clone.minipach('check').code, 0);
    const result = clone.minipach('run');
    assert.equal(result.code, 1);
    assert.match(result.stdout + result.stderr, /inner-copy waits for the subdataset data\/outer/);
    assert.deepEqual(clone.status('own-copy').pipelines[0].counts, { done: 1 });
    const allow = ['-c', 'protocol.file.allow=always'];
    clone.git(...allow, 'submodule', '--quiet', 'update', '--init', '--', 'data/outer');
    const nested =
      'the subdataset data/outer/deep/inner, which is not installed: run `git -C data/outer submodule update --init -- deep/inner`.';
    assert.equal(clone.plan()['inner-copy']?.waitsFor, `Waits for ${nested}`);
    assert.equal(clone.plan()['all']?.datums['outer']?.reason, `Waits for ${nested}`);
    assert.equal(clone.plan()['outer-copy']?.waitsFor, undefined);
    clone.at('data/outer').git(...allow, 'submodule', '--quiet', 'update', '--init', '--', 'deep/inner');
    assert.equal(clone.plan()['all']?.datums['outer']?.state, 'pending');
  });

  it('that lack the recorded commit are waited for until it is fetched', () => {
    const clone = project.clone('clone');
    clone.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
    const source = project.at('../outer');
    source.write('o3/a.txt', 'three\n');
    source.commit('Go on');
    project.at('data/outer').git('pull', '--quiet', 'origin', 'main');
    project.commit('Record it');
    clone.git('-c', 'fetch.recurseSubmodules=false', 'pull', '--quiet');
    const { waitsFor } = clone.plan()['outer-copy'] ?? {};
    assert.match(
      waitsFor ?? '',
      /data\/outer, which does not have its recorded commit \w{8}: run `git -C data\/outer fetch --all`/,
    );
    clone.ok('sh', ['-c', /`(.*)`/.exec(waitsFor ?? '')?.[1] ?? 'false']);
    assert.deepEqual(Object.keys(clone.plan()['outer-copy']?.datums ?? {}), ['o1', 'o2', 'o3']);
    assert.deepEqual(clone.status().dirty, [], 'a work tree that is behind is nothing to be saved');
  });

  it('count in the key as code, and block where they are not here', () => {
    project.write('own-copy/spec.yml', `${project.read('own-copy/spec.yml')}  code: ["data/*/o2/*"]\n`);
    project.write('word/spec.yml', spec('word', 'own', '[sh, data/outer/o2/a.txt, "{own}"]'));
    project.commit('Use code of a subdataset');
    const before = project.plan();
    assert.equal(before['own-copy']?.datums['o1']?.state, 'pending');
    const outer = project.at('data/outer');
    outer.write('o2/a.txt', 'changed\n');
    outer.commit('Change code');
    project.commit('Record it');
    const after = project.plan();
    for (const name of ['own-copy', 'word'])
      assert.notEqual(after[name]?.datums['o1']?.job, before[name]?.datums['o1']?.job, name);
    const clone = project.clone('clone').plan();
    for (const name of ['own-copy', 'word']) {
      assert.equal(clone[name]?.datums['o1']?.state, 'blocked', name);
      assert.match(clone[name]?.datums['o1']?.reason ?? '', /update --init -- data\/outer`/);
    }
  });

  it('are what a symlink of the project leads to', () => {
    project.write('linked/o1/x', '');
    project.ok('ln', ['-sf', '../../data/outer/o1/a.txt', 'linked/o1/a.txt']);
    rmSync(project.path('linked/o1/x'));
    for (const name of ['outer-copy', 'inner-copy']) rmSync(project.path(name), { recursive: true });
    project.write('linked-copy/spec.yml', named('linked-copy', 'linked', '/*'));
    project.commit('Link into a subdataset');
    const plan = project.plan();
    assert.equal(plan['linked-copy']?.datums['o1']?.job, plan['own-copy']?.datums['o1']?.job);
    const clone = project.clone('clone').plan();
    assert.match(clone['linked-copy']?.datums['o1']?.reason ?? '', /^Waits for the subdataset data\/outer,/);
    assert.equal(clone['own-copy']?.datums['o1']?.state, 'pending');
    const result = project.minipach('run', 'linked-copy');
    assert.equal(result.code, 0, result.stderr);
    assert.equal(project.read('linked-copy/o1/b.txt'), 'one\n');
  });

  it('are checked like the project itself where they are here', () => {
    project.write('outer-copy/spec.yml', named('outer-copy', 'data/outer', '/p*'));
    project.write('inner-copy/spec.yml', named('inner-copy', 'data/outer/dep/inner', '/*'));
    project.commit('Make mistakes');
    const { stdout } = project.minipach('check', '--format', 'json');
    const rules = JSON.parse(stdout).map((found: { rule: string }) => found.rule);
    assert.deepEqual(rules.sort(), ['glob-without-match', 'no-such-repo']);
    assert.deepEqual(JSON.parse(project.clone('clone').minipach('check', '--format', 'json').stdout), []);
  });

  it('are read only where a spec can need them, and a project without any is left as it is', async () => {
    const states = async (...specs: unknown[]): Promise<string[]> =>
      (await treeOf(project, specs)).tree.subdatasets?.map(({ path, state }) => `${path} ${state}`) ?? [];
    assert.deepEqual(await states(reading('own')), ['data/outer unread']);
    assert.deepEqual(await states(reading('data', '/other*')), ['data/outer unread']);
    assert.deepEqual(await states(reading('data/outer', '/o*')), [
      'data/outer read',
      'data/outer/deep/inner unread',
    ]);
    const all = ['data/outer read', 'data/outer/deep/inner read'];
    for (const repo of ['data', 'data/outer/deep/inner/n1'])
      assert.deepEqual(await states(reading(repo)), all);
    assert.deepEqual(await states({ transform: { context: ['data/*/deep/*/n1'] } }), all);
    assert.deepEqual(
      await states({ transform: { cmd: 'sh data/outer/x.sh' } }),
      all.map((one, at) => (at === 0 ? one : 'data/outer/deep/inner unread')),
    );
    const { own, tree } = await treeOf(project.at('data/outer/deep/inner'), [reading('n1')]);
    assert.equal(tree, own);
  });

  it('are listed once a session, and keep the order of paths', async () => {
    const opened = await openProject(project.root);
    assert.ok(opened.ok);
    const objects = new CatFile(project.root);
    try {
      const own = await readTree(project.root, opened.project.head, { objects });
      const first = await withSubdatasets(opened.project, own, [reading('data')], objects);
      assert.equal(await withSubdatasets(opened.project, first, [reading('data')], objects), first);
      const paths = Array.from(first.entries, ({ path }) => path);
      assert.deepEqual(paths, [...paths].sort());
      assert.equal(
        first.entries.find(({ path }) => path.endsWith('n1/a.txt'))?.dataset,
        'data/outer/deep/inner',
      );
      assert.ok(!first.entries.some(({ type }) => type === 'subdataset'));
    } finally {
      objects.close();
    }
  });
});
