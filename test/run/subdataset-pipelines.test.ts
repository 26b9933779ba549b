import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { spec, type TestProject } from '../rigs/project.ts';
import { assertClean, assertTwins, COPY, copying, run, withSubmodule } from '../rigs/subdataset-pipelines.ts';

describe('a pipeline in a submodule', function () {
  this.timeout(120_000);
  let project: TestProject;
  afterEach(() => project?.remove());

  it('records there and in the project, which gives its results to others', () => {
    project = withSubmodule();
    project.write('down/spec.yml', spec('down', 'sub/prep', '[cp, "{prep}/b.txt", "{out}/a.txt"]'));
    project.write('sub/more/spec.yml', spec('more', 'down', copying('down')));
    project.at('sub').commit('Add another pipeline');
    project.commit('Read the results');
    run(project);
    assert.equal(project.read('sub/more/d2/b.txt'), 'content 2\n');
    assert.deepEqual(
      project.status().pipelines.map(({ name, counts }: { name: string; counts: object }) => [name, counts]),
      ['prep', 'down', 'more'].map((name) => [name, { done: 2 }]),
    );
    assert.equal(project.at('sub').records().length, 4);
    assert.equal(project.records().length, 6);
    assert.equal(project.at('sub').git('symbolic-ref', 'HEAD').trim(), 'refs/heads/main');
    assertTwins(project, 'sub');
    assertClean(project, 'sub');
    const executed = project.executions();
    run(project);
    assert.equal(project.executions(), executed);
  });

  it('replaces what is stale and removes what is gone, and a clone knows what is done', () => {
    project = withSubmodule();
    project.write('code/copy.sh', `${COPY}echo old > "$2/old.txt"\n`);
    project.commit('Leave more');
    run(project);
    assert.equal(project.read('sub/prep/d1/old.txt'), 'old\n');
    project.write('code/copy.sh', COPY);
    project.write('data/d3/a.txt', 'three\n');
    project.commit('Leave less, of more');
    assert.equal(project.plan()['prep']?.datums['d1']?.state, 'stale');
    run(project);
    assert.ok(!existsSync(project.path('sub/prep/d1/old.txt')));
    assert.equal(project.read('sub/prep/d3/b.txt'), 'three\n');
    project.git('rm', '--quiet', '-r', 'data/d1');
    project.git('commit', '--quiet', '-m', 'Remove a sample');
    assert.equal(project.minipach('gc', '--yes').code, 0);
    assert.ok(!existsSync(project.path('sub/prep/d1')), 'what is orphaned goes there, too');
    run(project, '--force');
    assertTwins(project, 'sub');
    assertClean(project, 'sub');
    project.at('sub').git('push', '--quiet', 'origin', 'main');
    const clone = project.clone('clone');
    assert.deepEqual(clone.plan(), {}, 'nothing is known of what is not installed');
    clone.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
    assert.deepEqual(clone.status().pipelines[0].counts, { done: 2 });
    clone.write('data/d4/a.txt', 'four\n');
    clone.commit('Add data');
    assert.deepEqual(clone.status().pipelines[0].counts, { blocked: 1, done: 2 });
    assert.match(clone.plan()['prep']?.datums['d4']?.reason ?? '', /on no branch.*`git -C sub switch main`/);
    clone.at('sub').git('switch', '--quiet', 'main');
    run(clone);
    assert.deepEqual(clone.status().pipelines[0].counts, { done: 3 });
  });

  it('leaves alone what the user has changed, staged and not committed there', () => {
    project = withSubmodule();
    const sub = project.at('sub');
    sub.write('notes.txt', 'mine\n');
    sub.write('staged.txt', 'staged\n');
    sub.git('add', 'staged.txt');
    sub.write('prep/d1/b.txt', 'mine\n');
    const { code, stderr } = project.minipach('run');
    assert.equal(code, 1);
    assert.match(stderr, /prep\/d1 was not recorded. sub\/prep\/d1\/b.txt in the work tree is yours/);
    for (const one of [project, sub])
      assert.equal(one.git('for-each-ref', 'refs/minipach'), '', 'nothing private is left');
    assert.equal(sub.read('prep/d1/b.txt'), 'mine\n');
    assert.equal(sub.read('prep/d2/b.txt'), 'content 2\n');
    assert.equal(sub.git('status', '--porcelain'), 'A  staged.txt\n?? notes.txt\n?? prep/d1/\n');
    sub.ok('rm', ['prep/d1/b.txt']);
    run(project);
    assert.equal(project.executions(), 2, 'the result has waited');
    assert.equal(sub.git('status', '--porcelain'), 'A  staged.txt\n?? notes.txt\n');
    assertTwins(project, 'sub');
  });

  it('is named once it is committed and not recorded in the project', () => {
    project = withSubmodule(1);
    project.at('sub').git('rm', '--quiet', '-r', 'prep');
    project.at('sub').commit('Have no pipeline');
    project.commit('Take it in');
    project.at('sub').git('revert', '--no-edit', 'HEAD');
    assert.deepEqual(project.status().dirty, ['sub']);
    run(project, '--save');
    assert.equal(project.read('sub/prep/d1/b.txt'), 'content 1\n');
    assertClean(project, 'sub');
  });

  it('is left to the submodule where its paths start there', () => {
    project = withSubmodule();
    const sub = project.at('sub');
    sub.write('own/x/a.txt', 'own\n');
    sub.write('self/spec.yml', spec('self', 'own', '[cp, "{own}/a.txt", "{out}"]'));
    sub.commit('Add a pipeline of its own');
    run(sub, 'self');
    const reading = spec('reading', 'sub/self', '[cp, "{self}/a.txt", "{out}"]').replace('/*', '/x');
    project.write('reading/spec.yml', reading);
    project.commit('Take it in');
    run(project);
    assert.equal(project.read('reading/x/a.txt'), 'own\n', 'its results are data like others');
    const checked = project.minipach('check');
    assert.equal(checked.code, 0);
    assert.match(checked.stdout + checked.stderr, /sub\/self\/spec.yml.*`sub\/own`/s);
    assertClean(project, 'sub');
  });

  it('is not pushed with the project where its own commits are nowhere else', () => {
    project = withSubmodule(1);
    project.ok('git', ['init', '--quiet', '--bare', project.path('..', 'sibling')]);
    project.git('remote', 'add', 'sibling', '../sibling');
    const { code, stderr } = project.minipach('run', '--push', 'sibling');
    assert.notEqual(code, 0);
    assert.match(
      stderr,
      /could not be pushed to sibling.*git push --recurse-submodules=on-demand sibling main/s,
    );
    project.at('sub').git('push', '--quiet', 'origin', 'main');
    project.git('push', '--quiet', '--recurse-submodules=check', 'sibling', 'main');
    assertClean(project, 'sub');
  });

  it('is refused with the command that helps where nothing can be committed there', () => {
    project = withSubmodule();
    const sub = project.at('sub');
    const refusal = (): string => project.plan()['prep']?.datums['d1']?.reason ?? '';
    assert.equal(refusal(), '');
    sub.git('switch', '--quiet', '--detach');
    assert.match(refusal(), /`git -C sub switch main`/);
    const { code, stderr } = project.minipach('run');
    assert.equal(code, 1);
    assert.match(stderr, /2 datums could not run.*`git -C sub switch main`/);
    assert.equal(project.executions(), 0);
    sub.git('switch', '--quiet', 'main');
    sub.write('prep/README', 'More\n');
    sub.commit('Go on');
    assert.match(refusal(), /not recorded in the dataset around it: .*`git add sub && git commit/);
    project.ok('sh', ['-c', 'git add sub && git commit --quiet -m Record']);
    assert.equal(refusal(), '');
    sub.git('reset', '--quiet', '--hard', 'HEAD~1');
    assert.match(refusal(), /behind the recorded commit.*`git -C sub merge --ff-only \w+`/);
    project.ok('sh', ['-c', /`(git -C .*)`/.exec(refusal())?.[1] ?? 'false']);
    assert.equal(refusal(), '');
    sub.git('branch', 'git-annex');
    assert.match(refusal(), /git-annex.*`git -C sub annex init`/);
    sub.git('branch', '--quiet', '-D', 'git-annex');
    sub.git('switch', '--quiet', '-c', 'adjusted/main(unlocked)');
    assert.match(refusal(), /adjusted branch/);
    sub.git('switch', '--quiet', 'main');
    sub.git('switch', '--quiet', '-c', 'other');
    sub.write('prep/README', 'Other\n');
    sub.commit('Other');
    sub.git('switch', '--quiet', 'main');
    sub.git('merge', '--no-ff', '--no-commit', '--quiet', 'other');
    assert.match(refusal(), /in the middle of a merge/);
    sub.git('merge', '--abort');
    run(project);
    assertClean(project, 'sub');
  });

  it('waits with its result where the branch was left meanwhile', () => {
    project = withSubmodule();
    project.write('code/copy.sh', `${COPY}git -C ${project.path('sub')} switch --quiet --detach\n`);
    project.commit('Leave the branch');
    const { code, stderr } = project.minipach('run', '-j', '1');
    assert.equal(code, 1);
    assert.match(stderr, /was not recorded.*`git -C sub switch main`.*waits/);
    project.at('sub').git('switch', '--quiet', 'main');
    project.write('.git/modules/sub/index.lock', '');
    assert.match(project.minipach('run').stderr, /was not recorded.*sub\/index.lock is there.*waits/);
    assert.equal(project.git('status', '--porcelain'), '', 'the project is not locked meanwhile');
    project.ok('rm', ['.git/modules/sub/index.lock']);
    run(project, '-j', '1');
    assert.equal(project.executions(), 2);
    assertClean(project, 'sub');
  });

  it('shares jobs with the project, whose results may go into submodules, too', () => {
    project = withSubmodule();
    project.write('plain/spec.yml', spec('plain', 'data', copying('data')));
    project.write('out/spec.yml', spec('into', 'data', copying('data'), 'output: "deep/{datum}"\n'));
    project.commit('Add pipelines');
    project.addSubmodule(project.at('..', 'source'), 'out/deep');
    project.at('out/deep').git('rm', '--quiet', '-r', 'prep');
    project.at('out/deep').commit('Have no pipeline');
    project.commit('Take it in');
    run(project);
    assert.equal(project.executions(), 2, 'equal content is computed once, wherever it goes');
    for (const path of ['plain', 'out/deep', 'sub/prep'])
      assert.equal(project.read(`${path}/d2/b.txt`), 'content 2\n');
    assert.equal(project.at('out/deep').records().length, 2);
    assertTwins(project, 'out/deep');
    assertClean(project, 'sub', 'out/deep');
  });

  it('may leave its results at the top of submodules, whose repositories a replay leaves alone', () => {
    project = withSubmodule(1);
    const more = 'discard: ["*.log"]\n';
    project.write('code/copy.sh', `${COPY}echo log > "$2/1.log"\n`);
    project.write('out/spec.yml', spec('into', 'data', copying('data'), more));
    project.commit('Add a pipeline');
    project.addSubmodule(project.at('..', 'source'), 'out/d1');
    const top = project.at('out/d1');
    top.git('rm', '--quiet', '-r', 'prep');
    top.git('rm', '--quiet', '-r', '--ignore-unmatch', '.');
    top.git('commit', '--quiet', '--allow-empty', '-m', 'Hold nothing');
    project.commit('Take it in');
    run(project, 'into');
    assert.deepEqual(readdirSync(top.root).sort(), ['.git', 'b.txt']);
    const { cmd, outputs } = JSON.parse(
      project.git('log', '-1', '--format=%b').replace(/^=== .*$|^\^\^\^ .*$/gm, ''),
    ) as { cmd: string; outputs: string[] };
    assert.deepEqual(outputs, ['out/d1/b.txt']);
    top.ok('rm', ['b.txt']);
    project.ok('sh', ['-c', cmd]);
    assert.deepEqual(readdirSync(top.root).sort(), ['.git', 'b.txt']);
    assertTwins(project, 'out/d1');
    assertClean(project, 'sub', 'out/d1');
    project.write('spec.yml', spec('root', 'data', copying('data'), 'output: "out{datum}"\n'));
    project.git('mv', 'out/d1', 'outd1');
    project.commit('Have a pipeline at the top of the project');
    assert.match(
      project.plan()['root']?.datums['d1']?.reason ?? '',
      /subdataset outd1, which is not looked into.*`outd1\/\{datum\}`/,
    );
  });
});
