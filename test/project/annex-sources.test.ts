import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sourceProblems } from '../../src/project/annex-sources.ts';
import { TestProject } from '../rigs/project.ts';

describe('the sources of annexed content', function () {
  this.timeout(120_000);
  let origin: TestProject;
  let clone: TestProject;
  before(function () {
    if (spawnSync('git-annex', ['version']).status !== 0) this.skip();
  });
  beforeEach(() => {
    origin = TestProject.make({ annex: true });
    origin.write('images/tool.sif', 'an image\n');
    origin.git('annex', 'add', '--quiet', '--force-large', 'images');
    origin.write(
      'boxed/spec.yml',
      'input: {pfs: {repo: images, glob: "/*"}}\ntransform: {cmd: [cp, "{images}", "{out}"]}\n',
    );
    origin.commit('Begin');
    clone = origin.clone('clone');
    clone.git('annex', 'init', '--quiet', 'clone');
  });
  afterEach(() => origin?.remove());

  const problems = async (project = clone): Promise<readonly string[]> =>
    (await sourceProblems(project.root)).map(({ message }) => message);
  const doctor = (project = clone): string => project.minipach('doctor').stdout;

  it('are right as git-annex sets them up', async () => {
    assert.deepEqual(await problems(), []);
    assert.deepEqual(await problems(origin), []);
    assert.doesNotMatch(doctor(), /sources/);
  });

  it('that one process at a time can read are named by doctor and by a run that fetches', async () => {
    origin.git('config', 'annex.pidlock', 'true');
    assert.deepEqual(await problems(), [
      `The remote \`origin\` at ${origin.root} has annex.pidlock set: one process at a time gets from it, and others fail after annex.pidlocktimeout.`,
    ]);
    assert.match(
      doctor(),
      /warning sources +The remote `origin` at .* has annex\.pidlock set.*\n +→ git -C \S+ config --unset annex\.pidlock/,
    );
    assert.match(
      clone.minipach('run').stderr,
      /The remote `origin` at .* has annex\.pidlock set: .* What helps: git -C/,
    );
    assert.doesNotMatch(clone.minipach('run').stderr, /pidlock/, 'only where something is fetched');
  });

  it('with the uuid of the clone, or of each other, are named', async () => {
    const copy = clone.at('..', 'copy');
    spawnSync('cp', ['-r', clone.root, copy.root]);
    copy.git('remote', 'add', 'first', clone.root);
    assert.match(
      (await problems(copy)).join(),
      /^The remote `first` and this clone have the same annex uuid, [0-9a-f-]{36}, as after copying a clone/,
    );
    const third = origin.clone('third');
    third.git('annex', 'init', '--quiet', 'third');
    third.git('remote', 'add', 'first', clone.root);
    third.git('remote', 'add', 'second', copy.root);
    assert.match(
      (await problems(third)).join(),
      /^The remote `second` and the remote `first` have the same annex uuid/,
    );
    const advice = (await sourceProblems(copy.root))[0]?.advice ?? '';
    assert.match(advice, / config --unset annex\.uuid && git annex init, in/);
    // What is advised helps.
    copy.git('config', '--unset', 'annex.uuid');
    copy.git('annex', 'init', '--quiet', 'copy');
    assert.deepEqual(await problems(copy), []);
    assert.deepEqual(await problems(third), []);
  });

  it('in RIA stores without a storage sibling are named, and with one are not', async function () {
    if (spawnSync('datalad', ['--version']).error !== undefined) this.skip();
    const dataset = origin.at('..', 'dataset');
    const store = join(dirname(origin.root), 'store');
    const datalad = (...args: string[]): string => dataset.ok('datalad', ['-l', 'error', ...args]);
    origin.ok('datalad', ['-l', 'error', 'create', dataset.root]);
    dataset.write('a.dat', 'a\n');
    datalad('save', '-m', 'Begin');
    datalad(
      'create-sibling-ria',
      '-s',
      'ria',
      '--new-store-ok',
      '--storage-sibling',
      'off',
      `ria+file://${store}`,
    );
    datalad('push', '--to', 'ria');
    const [id = ''] = readdirSync(store).filter((name) => name.length === 3);
    const [rest = ''] = readdirSync(join(store, id));
    const cloned = (name: string): TestProject => {
      origin.ok('datalad', [
        '-l',
        'error',
        'clone',
        `ria+file://${store}#${id}${rest}`,
        join(dirname(origin.root), name),
      ]);
      return origin.at('..', name);
    };
    const told = await problems(cloned('without'));
    assert.match(
      told.join(),
      /^The remote `origin` at \S+ is in a RIA store, and the dataset has no storage sibling there/,
    );
    datalad(
      'create-sibling-ria',
      '-s',
      'stored',
      '--existing',
      'reconfigure',
      '--storage-sibling',
      'only',
      `ria+file://${store}`,
    );
    datalad('push', '--to', 'ria');
    assert.deepEqual(await problems(cloned('with')), []);
  });
});
