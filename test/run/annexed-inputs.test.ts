import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { ended, spec, TestProject } from '../rigs/project.ts';
import { assertWhole, takeDown } from '../rigs/whole-project.ts';

describe('annexed inputs', function () {
  this.timeout(120_000);
  let origin: TestProject;
  beforeEach(() => {
    origin = TestProject.make({ annex: true });
    origin.write('.gitattributes', '*.txt annex.largefiles=nothing\n');
    for (const name of ['one', 'two', 'three', 'four']) {
      origin.write(`data/${name}/a.dat`, `${name}\n`);
      origin.write(`data/${name}/same.dat`, 'the same everywhere\n');
    }
    origin.write('out/spec.yml', spec('out', 'data', `'cat {data}/a.dat {data}/same.dat > {out}/b.dat'`));
    origin.git('annex', 'add', '--quiet', 'data');
    origin.git('annex', 'unlock', '--quiet', 'data/two/a.dat');
    origin.commit('Begin');
  });
  afterEach(() => origin.remove());

  const cloned = (): TestProject => {
    const clone = origin.clone('clone');
    clone.git('annex', 'init', '--quiet', 'clone');
    return clone;
  };
  const counts = (project: TestProject): object => project.status().pipelines[0].counts;

  it('that are absent are fetched once, however many datums and runners ask for them', async () => {
    const clone = cloned();
    const was = takeDown(clone);
    const runners = [1, 2, 3].map(() => clone.start(['run', '-j', '2']));
    assert.deepEqual(await Promise.all(runners.map(ended)), [0, 0, 0]);
    assert.deepEqual(counts(clone), { done: 4 });
    assert.equal(clone.read('out/two/b.dat'), 'two\nthe same everywhere\n');
    assertWhole(clone, was, 'fetched');
    assert.ok(existsSync(clone.path('data/one/same.dat')));
  });

  it('that cannot be fetched fail their datums with the remote’s words, and are fetched when they can be', () => {
    const clone = cloned();
    const was = takeDown(clone);
    const key = origin.git('annex', 'lookupkey', 'data/two/a.dat').trim();
    const object = origin.git('annex', 'contentlocation', key).trim();
    const kept = readFileSync(origin.path(object));
    origin.git('annex', 'drop', '--quiet', '--force', '--key', key);
    const first = clone.minipach('run');
    assert.equal(first.code, 1, first.stderr);
    assert.match(
      first.stdout,
      /failed {3}out\/two: The content of data\/two\/a\.dat could not be fetched: \S.*\S/,
    );
    assert.deepEqual(counts(clone), { done: 3, failed: 1 });
    assertWhole(clone, was, 'not fetched');
    writeFileSync(origin.path('back.dat'), kept);
    origin.git('annex', 'reinject', '--quiet', '--known', 'back.dat');
    const again = clone.minipach('run', '--retry-failed');
    assert.equal(again.code, 0, again.stdout);
    assert.deepEqual(counts(clone), { done: 4 });
    assertWhole(clone, was, 'fetched at last');
  });

  it('that one file of all cannot be fetched fail them all, and the remote is asked once', () => {
    const clone = cloned();
    origin.git('annex', 'drop', '--quiet', '--force', 'data/one/same.dat');
    const result = clone.minipach('run');
    assert.equal(result.code, 1);
    for (const name of ['one', 'two', 'three', 'four'])
      assert.match(
        result.stdout,
        new RegExp(`out/${name}: The content of data/${name}/same\\.dat could not`),
      );
    assert.deepEqual(counts(clone), { failed: 4 });
  });

  it('that a job writes into by force make it fail, by name', () => {
    origin.write(
      'out/spec.yml',
      spec(
        'out',
        'data',
        `'touch {out}/x; test {datum} != one || { f=$(readlink -f {data}/a.dat); chmod u+w "$f"; echo more >> "$f"; }'`,
      ),
    );
    origin.commit('Write into an input');
    const result = origin.minipach('run');
    assert.equal(result.code, 1);
    assert.match(result.stdout, /out\/one: It has changed the annexed content of data\/one\/a\.dat, which/);
    assert.equal(result.stdout.match(/^try/gm), null, 'it is not tried again');
    assert.match(
      origin.minipach('run', '--retry-failed').stdout,
      /data\/one\/a\.dat is 9 bytes, and was 4 when/,
    );
    assert.deepEqual(counts(origin), { done: 3, failed: 1 });
  });

  it('need a clone that git-annex is set up in, or large results would go into git', () => {
    const clone = origin.clone('clone');
    const refused = clone.minipach('run');
    assert.equal(refused.code, 3);
    assert.match(refused.stderr, /this clone is not set up for it.*run `git annex init` first/);
    assert.deepEqual(counts(clone), { pending: 4 });
    clone.git('annex', 'init', '--quiet', 'clone');
    assert.equal(clone.minipach('run').code, 0);
    assert.match(clone.git('ls-files', '-s', 'out/one/b.dat'), /^120000/);
  });

  it('are not run on branches that git-annex makes anew, nor where there are no links', () => {
    origin.git('annex', 'adjust', '--quiet', '--unlock');
    const adjusted = origin.minipach('run');
    assert.equal(adjusted.code, 3);
    assert.match(adjusted.stderr, /adjusted\/main\(unlocked\) is an adjusted branch.*`git switch main`/);
    assert.deepEqual(counts(origin), { pending: 4 }, 'and can be looked at');
    origin.git('switch', '--quiet', 'main');
    origin.git('config', 'annex.crippledfilesystem', 'true');
    const crippled = origin.minipach('run');
    assert.equal(crippled.code, 3);
    assert.match(crippled.stderr, /calls the file system of \S+ crippled/);
  });

  it('and results follow sizes, globs and `nothing` of .gitattributes', () => {
    origin.write(
      '.gitattributes',
      '* annex.largefiles=(largerthan=1kb)\n*.bin annex.largefiles=anything\n*.txt annex.largefiles=nothing\n',
    );
    origin.write(
      'out/spec.yml',
      spec(
        'out',
        'data',
        `'cd {out}; seq 1 1000 | tee large big.txt > odd.bin; echo x | tee small tiny.bin > t.txt'`,
      ),
    );
    origin.commit('Ask for sizes');
    const was = takeDown(origin);
    const result = origin.minipach('run');
    assert.equal(result.code, 0, result.stdout);
    const modes = Object.fromEntries(
      origin
        .git('ls-files', '-s', 'out/one')
        .trim()
        .split('\n')
        .map((line) => [line.split('/').at(-1), line.slice(0, 6)]),
    );
    assert.deepEqual(modes, {
      'big.txt': '100644',
      large: '120000',
      'odd.bin': '120000',
      small: '100644',
      't.txt': '100644',
      'tiny.bin': '120000',
    });
    assertWhole(origin, was, 'large files');
  });

  it('of repositories of earlier versions are no different', () => {
    const old = TestProject.make();
    try {
      old.git('config', 'annex.autoupgraderepository', 'false');
      old.git('annex', 'init', '--quiet', '--version=8', 'old');
      old.write('data/one/a.dat', 'one\n');
      old.write('out/spec.yml', spec('out', 'data', `'cp {data}/a.dat {out}/b.dat'`));
      old.git('annex', 'add', '--quiet', 'data');
      old.commit('Begin');
      const was = takeDown(old);
      const result = old.minipach('run');
      assert.equal(result.code, 0, result.stderr);
      assert.equal(old.git('config', 'annex.version'), '8\n');
      assertWhole(old, was, 'version 8');
    } finally {
      old.remove();
    }
  });
});
