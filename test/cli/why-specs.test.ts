import assert from 'node:assert/strict';
import { spec, type TestProject } from '../rigs/project.ts';
import { assertChanged, blobOf, COPY, changeLines, projectWithResults, why } from '../rigs/why-answers.ts';

describe('why tells what changed in specs and in history', function () {
  this.timeout(120_000);
  let project: TestProject;
  let recorded: string;
  before(() => {
    project = projectWithResults();
    recorded = project.head();
  });
  afterEach(() => project.git('reset', '--quiet', '--hard', recorded));
  after(() => project.remove());

  it('of the command, and of nothing else when the spec changes in between', () => {
    project.write('copy/spec.yml', spec('copy', 'data', COPY.replace(']', ', "two words"]')));
    const commit = project.commit('Add a word');
    project.write('copy/spec.yml', `# A comment.\n${project.read('copy/spec.yml')}`);
    project.commit('Add a comment');
    assertChanged(project, commit, [
      "command copy/spec.yml transform.cmd sh code/copy.sh {data} {out} → sh code/copy.sh {data} {out} 'two words'",
    ]);
    assert.match(
      project.minipach('why', 'copy/d0001').stdout,
      /\n {4}before {2}sh code\/copy\.sh \{data\} \{out\}\n {4}after {3}sh code\/copy\.sh \{data\} \{out\} 'two words'\n/,
    );
  });

  it('of every other field of the spec that counts, with the commit of each', () => {
    const fields = [
      ['  working_dir: code\n', 'command copy/spec.yml transform.working_dir . → code'],
      ['  stdin: [x]\n', 'command copy/spec.yml transform.stdin → x'],
      ['  accept_return_code: [4, 3]\n', 'command copy/spec.yml transform.accept_return_code → 3, 4'],
      ['  env: {THREADS: "2"}\n', 'environment copy/spec.yml transform.env.THREADS → 2'],
      ['salt: two\n', 'command copy/spec.yml salt → two'],
      ['discard: ["*.log"]\n', 'command copy/spec.yml discard → *.log'],
      ['identity: path\n', 'command copy/spec.yml identity content → path'],
    ] as const;
    const commits = new Map<string, string>();
    let more = '';
    for (const [text, expected] of fields) {
      more += text;
      project.write('copy/spec.yml', spec('copy', 'data', COPY, more));
      commits.set(expected, project.commit(`Add ${text}`));
    }
    const report = why(project);
    const found = report.changes.filter(({ kind }) => kind !== 'code');
    assert.deepEqual(changeLines({ ...report, changes: found }).sort(), [...commits.keys()].sort());
    for (const change of found)
      assert.equal(change.since, commits.get(changeLines({ ...report, changes: [change] }).join()));
    // From there, the word `code/copy.sh` is no path of the project any more.
    assert.deepEqual(
      report.changes.filter(({ kind }) => kind === 'code').map(({ after }) => after),
      [null],
    );
  });

  it('of the image, that was none', () => {
    project.write('tool.sif', 'an image\n');
    project.write('copy/spec.yml', spec('copy', 'data', COPY, '  image: tool.sif\n'));
    const commit = project.commit('Run in an image');
    assertChanged(project, commit, [`image tool.sif → ${blobOf(project, 'tool.sif')}`]);
  });

  it('of paths, where they count, and of no other rename', () => {
    project.write(
      'copy/spec.yml',
      project.read('copy/spec.yml').replace('"/*"', '"/(*)"') + 'output: "$1"\n'.replace('$1', '{1}'),
    );
    project.git('mv', 'data', 'samples');
    for (const name of ['copy', 'where'])
      project.write(
        `${name}/spec.yml`,
        project.read(`${name}/spec.yml`).replace('repo: data', 'repo: samples\n    name: data'),
      );
    const commit = project.commit('Rename the repo');
    assert.equal(why(project, 'copy/d0001').state, 'done');
    assertChanged(project, commit, ['input samples/d0001 path data/d0001 → samples/d0001'], 'where/d0001');
  });

  it('of the place, where a result moves', () => {
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}output: "of-{datum}"\n`);
    const commit = project.commit('Move results');
    const report = why(project);
    assert.deepEqual(changeLines(report), ['command copy/spec.yml output {datum} → of-{datum}']);
    assert.equal(report.changes[0]?.since, commit);
  });

  it('of a spec whose file is called otherwise', () => {
    project.git('mv', 'copy/spec.yml', 'copy/spec.yaml');
    project.commit('Rename the spec');
    assert.equal(why(project).state, 'done');
    project.write('copy/spec.yaml', `${project.read('copy/spec.yaml')}salt: two\n`);
    const commit = project.commit('Change it');
    assertChanged(project, commit, ['command copy/spec.yaml salt → two']);
  });

  it('with the commit on a branch, and not its merge', () => {
    project.git('switch', '--quiet', '-c', 'side');
    project.write('data/d0001/a.txt', 'other\n');
    const commit = project.commit('Change it on a branch');
    project.git('switch', '--quiet', 'main');
    project.write('unrelated.txt', 'x\n');
    project.commit('Go on');
    project.git('merge', '--quiet', '--no-edit', 'side');
    project.git('branch', '--quiet', '-D', 'side');
    assert.deepEqual(
      why(project).changes.map(({ since }) => since),
      [commit],
    );
  });

  it('when the record came onto another base, and says that it is not exact', () => {
    const record = why(project).recorded?.commit ?? '';
    project.git('reset', '--quiet', '--hard', project.git('rev-list', '--max-parents=0', 'HEAD').trim());
    project.git('checkout', recorded, '--', 'data', 'code', 'copy/spec.yml');
    project.write('data/d0001/a.txt', 'never computed\n');
    const base = project.commit('Another base');
    project.git('cherry-pick', '--allow-empty', '--quiet', record);
    const report = why(project);
    assert.equal(report.state, 'stale');
    assert.match(report.reason ?? '', /^The tree that its result was made for is not found again/);
    assert.notEqual(base, project.head());
    assert.deepEqual(report.changes, []);
  });

  it('when inputs changed while the job ran', () => {
    // The record as a run leaves it whose inputs are changed by a commit before it is recorded.
    const record = why(project).recorded?.commit ?? '';
    const tree = project.git('rev-list', '--max-count=1', `${record}~1`).trim();
    project.git('reset', '--quiet', '--hard', tree);
    project.write('data/d0001/a.txt', 'meanwhile\n');
    const meanwhile = project.commit('Change it meanwhile');
    project.git('cherry-pick', record);
    const report = why(project);
    assert.equal(report.reason, undefined);
    assert.deepEqual(
      report.changes.map(({ path, before, since }) => [path, before, since]),
      [['data/d0001/a.txt', blobOf(project, 'data/d0001/a.txt', tree), meanwhile]],
    );
  });
});
