import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { recordMessage } from '../../src/plan/record.ts';
import { writeCache } from '../../src/project/cache.ts';
import { readRecords } from '../../src/project/records.ts';
import { TestProject } from '../rigs/project.ts';

/** More than are read before they are kept in a file. */
const MANY = 250;

describe('the records of a history', () => {
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
  });
  afterEach(() => project.remove());

  const message = (datum: string): string =>
    recordMessage({
      ...{ job: `job-${datum}`, pipeline: 'copy', directory: 'copy', datum, path: `copy/${datum}` },
      ...{ output: 'o', reused: false, shellLine: 'true', datasetId: null, exit: 0, inputs: [] },
    });
  const record = (datum: string): void =>
    void project.git('commit', '--quiet', '--allow-empty', '-m', message(datum));
  const recordMany = (count: number): void => {
    const base = project.head();
    const commits = Array.from({ length: count }, (_, at) => {
      const text = Buffer.from(message(`many-${at}`));
      const from = at === 0 ? `from ${base}\n` : '';
      return `commit refs/heads/main\ncommitter A <a@b.c> ${1_700_000_000 + at} +0000\ndata ${text.length}\n${text.toString()}\n${from}`;
    });
    const { status } = spawnSync('git', ['fast-import', '--quiet'], {
      cwd: project.root,
      input: commits.join(''),
    });
    assert.equal(status, 0);
  };
  const place = () => ({ root: project.root, commonDirectory: project.path('.git'), shallow: false });
  const cache = (): string => project.path('.git', 'minipach', 'cache', 'records-1.1');
  /** What is known must be what somebody who knows nothing would read: the same records in the same order. */
  const expectWhole = async (reader: object): Promise<readonly string[]> => {
    const found = await readRecords(place(), project.head(), reader);
    const anew = await readRecords({ ...place(), shallow: true }, project.head(), {});
    assert.deepEqual(found, anew);
    return found.map(({ datum }) => datum);
  };

  it('are added to by what comes on top', async () => {
    const reader = {};
    record('a');
    assert.deepEqual(await expectWhole(reader), ['a']);
    record('b');
    project.commit('Something else');
    record('c');
    assert.deepEqual(await expectWhole(reader), ['c', 'b', 'a']);
    assert.deepEqual(await expectWhole(reader), ['c', 'b', 'a']);
  });

  it('are those of the branch after a reset, an amend, a merge and a switch', async () => {
    const reader = {};
    for (const datum of ['a', 'b', 'c']) record(datum);
    await expectWhole(reader);
    project.git('reset', '--quiet', '--hard', 'HEAD~2');
    assert.deepEqual(await expectWhole(reader), ['a']);
    record('d');
    project.git('commit', '--quiet', '--amend', '--allow-empty', '-m', message('e'));
    assert.deepEqual(await expectWhole(reader), ['e', 'a']);
    project.git('switch', '--quiet', '-c', 'side', 'HEAD~1');
    record('f');
    assert.deepEqual(await expectWhole(reader), ['f', 'a']);
    project.git('switch', '--quiet', 'main');
    record('g');
    await expectWhole(reader);
    project.git('merge', '--quiet', '--no-edit', '-s', 'ours', 'side');
    record('h');
    assert.deepEqual([...(await expectWhole(reader))].sort(), ['a', 'e', 'f', 'g', 'h']);
  });

  it('are those that were committed, whatever git shows in the place of a commit', async () => {
    const reader = {};
    for (const datum of ['a', 'b', 'c']) record(datum);
    await expectWhole(reader);
    project.git('replace', 'HEAD~1', 'HEAD~2');
    record('d');
    assert.deepEqual(await expectWhole(reader), ['d', 'c', 'b', 'a']);
    assert.deepEqual(await expectWhole({}), ['d', 'c', 'b', 'a']);
  });

  it('are kept in a file, which says what the log says', async () => {
    recordMany(MANY);
    await expectWhole({});
    assert.ok(existsSync(cache()));
    record('on-top');
    assert.equal((await expectWhole({})).length, MANY + 1);
    // A record that only the file has shows that it is read.
    const body = readFileSync(cache(), 'utf8')
      .replace(/^.*\n/, '')
      .replace('"datum":"many-7"', '"datum":"many-?"');
    writeCache(cache(), body);
    const found = await readRecords(place(), project.head(), {});
    assert.ok(found.some(({ datum }) => datum === 'many-?'));
  });

  it('are read from the log where the file is damaged or of commits that are gone', async () => {
    recordMany(MANY);
    await expectWhole({});
    writeFileSync(cache(), readFileSync(cache(), 'utf8').replace('many-7"', 'many-?"'));
    await expectWhole({});
    rmSync(cache());
    await expectWhole({});
    project.git('reset', '--quiet', '--hard', `HEAD~${MANY}`);
    record('alone');
    project.git('reflog', 'expire', '--expire=now', '--all');
    project.git('gc', '--quiet', '--prune=now');
    assert.deepEqual(await expectWhole({}), ['alone']);
  });
});
