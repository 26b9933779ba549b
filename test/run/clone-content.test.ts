import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { contentPath } from '../../src/project/annex-content.ts';
import { findProgram } from '../../src/project/programs.ts';
import { CLONES, OWN, PlainStore, SHARED, type Told } from '../rigs/plain-store.ts';
import { ended, seededRandom, TestProject } from '../rigs/project.ts';

describe('minipach clone --get', function () {
  this.timeout(300_000);
  let stored: PlainStore;
  before(function () {
    if (findProgram('git-annex') === undefined) this.skip();
  });
  beforeEach(() => {
    stored = new PlainStore();
  });
  afterEach(() => stored?.project.remove());

  it('fetches each key once for all clones on the machine, also of those that are made at once', async () => {
    const children = Array.from({ length: CLONES }, (_, one) => {
      const child = stored.project.start(stored.args(`clone-${one}`, 'shared.bin', `own/${one}.bin`), 'pipe');
      let text = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
      });
      return { child, text: () => text };
    });
    let fetched = 0;
    for (const [one, { child, text }] of children.entries()) {
      assert.equal(await ended(child), 0, text());
      const [dataset] = (JSON.parse(text()) as { datasets: Told[] }).datasets;
      assert.equal(dataset?.content?.bytes, SHARED + OWN);
      fetched += dataset.content.fetched;
      const clone = stored.at(`clone-${one}`);
      assert.ok(clone.bytes('shared.bin').equals(stored.project.bytes('shared.bin')));
      assert.ok(clone.bytes(`own/${one}.bin`).equals(stored.project.bytes(`own/${one}.bin`)));
      assert.ok(!existsSync(clone.path(`own/${(one + 1) % CLONES}.bin`)));
      assert.equal(lstatSync(clone.path('shared.bin')).isSymbolicLink(), true);
      // Until git-annex checks a file that has several names: it then counts as one that somebody may edit.
      if (one === 0) assert.equal(statSync(clone.path('shared.bin')).mode & 0o222, 0);
      // git-annex knows of it, and finds nothing wrong.
      assert.match(clone.git('annex', 'find', '--in=here'), /^shared\.bin$/m);
      clone.git('annex', 'fsck', '--quiet');
      assert.equal(clone.git('status', '--porcelain'), '');
    }
    assert.equal(fetched, SHARED + CLONES * OWN);
  });

  it('takes from the store what the source cannot give any more, and goes on in a clone that is there', () => {
    assert.equal(stored.clone('first', 'shared.bin').code, 0);
    stored.project.ok('chmod', ['-R', 'u+w', stored.store.path('annex')]);
    rmSync(stored.store.path('annex/objects'), { recursive: true });
    assert.equal(stored.clone('second', 'shared.bin').datasets[0]?.content?.fetched, 0);
    assert.equal(stored.at('second').bytes('shared.bin').length, SHARED);
    const lacking = stored.clone('second', 'shared.bin', 'own/0.bin', 'nothing');
    assert.equal(lacking.code, 1);
    assert.equal(lacking.datasets[0]?.state, 'present');
    assert.match(
      lacking.datasets[0]?.content?.problem ?? '',
      /^There is no nothing in the dataset\. The content of own\/0\.bin could not be had: /,
    );
    stored.project.git('annex', 'copy', '--quiet', '--to', 'store', '--all', '--force');
    const { code, datasets } = stored.clone('second', '.');
    assert.equal(code, 0);
    assert.deepEqual(datasets[0]?.content, {
      files: CLONES + 1,
      bytes: SHARED + CLONES * OWN,
      fetched: CLONES * OWN,
      problem: null,
    });
  });

  it('never takes from the store what was changed there', () => {
    assert.equal(stored.clone('first', 'shared.bin').code, 0);
    const object = contentPath({ commonDirectory: stored.keys }, stored.key('shared.bin'));
    // Of the same size, by another file of the same name: what the first clone has is not touched.
    chmodSync(join(object, '..'), 0o755);
    rmSync(object);
    writeFileSync(object, 'x'.repeat(SHARED), { mode: 0o444 });
    const { datasets } = stored.clone('second', 'shared.bin');
    assert.equal(datasets[0]?.content?.fetched, SHARED);
    assert.ok(stored.at('second').bytes('shared.bin').equals(stored.project.bytes('shared.bin')));
    // What is right without a note is read once, and not fetched.
    rmSync(`${object}.verified`);
    assert.equal(stored.clone('third', 'shared.bin').datasets[0]?.content?.fetched, 0);
    assert.ok(existsSync(`${object}.verified`));
  });

  it('keeps what clones have, whatever is done to one of them', () => {
    stored.clone('first', 'shared.bin');
    stored.clone('second', 'shared.bin');
    stored.at('first').git('annex', 'drop', '--quiet', '--force', 'shared.bin');
    stored.project.ok('chmod', ['-R', 'u+w', stored.keys]);
    rmSync(stored.keys, { recursive: true });
    stored.at('second').git('annex', 'fsck', '--quiet', 'shared.bin');
    stored.at('second').git('annex', 'unlock', '--quiet', 'shared.bin');
    assert.equal(stored.clone('third', 'shared.bin').datasets[0]?.content?.fetched, SHARED);
  });

  it('fills unlocked files, and leaves nothing changed', () => {
    stored.project.git('annex', 'unlock', '--quiet', 'shared.bin');
    stored.project.commit('Unlock');
    stored.push();
    for (const name of ['first', 'second']) {
      assert.equal(stored.clone(name, 'shared.bin').code, 0);
      assert.ok(stored.at(name).bytes('shared.bin').equals(stored.project.bytes('shared.bin')));
      assert.equal(stored.at(name).git('status', '--porcelain'), '');
    }
  });

  it('leaves nothing of itself in the project where it is private', () => {
    const { code, stderr } = stored.project.minipach(...stored.args('own', 'shared.bin'), '--private');
    assert.equal(code, 0, stderr);
    const own = stored.at('own');
    own.write('more.txt', 'more\n');
    own.commit('Add more');
    own.git('annex', 'merge', '--quiet');
    own.git('push', '--quiet', 'origin', 'HEAD:more', 'git-annex');
    const uuid = own.git('config', 'annex.uuid').trim();
    assert.match(uuid, /^[0-9a-f-]{36}$/);
    assert.throws(() => own.git('grep', '--quiet', uuid, 'git-annex'));
    assert.throws(() => stored.store.git('grep', '--quiet', uuid, 'git-annex'));
    assert.match(own.git('annex', 'whereis', 'shared.bin'), /\[here\]/);
  });

  it('goes on where it was killed, with a store that is right', async () => {
    const random = seededRandom(23);
    const start = performance.now();
    stored.clone('whole', '.');
    const whole = performance.now() - start;
    stored.project.ok('chmod', ['-R', 'u+w', stored.keys]);
    rmSync(stored.keys, { recursive: true });
    let kills = 0;
    // A busy machine may be done before its time.
    for (let round = 0; kills < 5; round += 1) {
      assert.ok(round < 25, `${kills} were killed`);
      const child = stored.project.start(stored.args(`killed-${round}`, '.'), 'pipe');
      await delay(whole * (0.2 + 0.6 * random()));
      child.kill('SIGKILL');
      if ((await ended(child)) === null) kills += 1;
      const { code, datasets } = stored.clone(`killed-${round}`, '.');
      assert.equal(code, 0, JSON.stringify(datasets));
      stored.at(`killed-${round}`).git('annex', 'fsck', '--quiet');
      assert.equal(stored.at(`killed-${round}`).git('status', '--porcelain'), '');
    }
    assert.deepEqual(
      readdirSync(join(stored.project.root, '..')).filter((name) => name.startsWith('.minipach')),
      [],
    );
  });

  it('passes over a source of a subdataset that has the commit and not the content', () => {
    const outer = TestProject.make({ folder: join(stored.project.root, '..') });
    outer.addSubmodule(stored.project, 'data/sub');
    const empty = stored.at('empty');
    stored.project.git('clone', '--quiet', '--no-local', stored.project.root, empty.root);
    empty.git('remote', 'remove', 'origin');
    empty.git('annex', 'init', '--quiet');
    outer.write('.datalad/config', '');
    for (const [name, url] of Object.entries({ '100empty': empty.root, '110store': stored.store.root }))
      outer.git(
        ...['config', '--file', '.datalad/config'],
        `datalad.get.subdataset-source-candidate-${name}`,
        url,
      );
    outer.commit('Name sources');
    const clone = (name: string, ...args: string[]) => {
      const { stdout, stderr, code } = outer.minipach(
        'clone',
        outer.root,
        name,
        '--store',
        stored.keys,
        ...args,
      );
      return { stdout, stderr, code };
    };
    const { code, stdout } = clone('../one', '--json', '--get', 'data/sub/own/1.bin');
    assert.equal(code, 0, stdout);
    const told = (JSON.parse(stdout) as { datasets: Told[] }).datasets;
    assert.deepEqual(
      told.map(({ state, source }) => `${state} ${source}`),
      [`cloned ${outer.root}`, `cloned ${stored.store.root}`],
    );
    assert.deepEqual(
      told[1]?.failures.map(({ source, reason }) => `${source} ${reason}`),
      [`${empty.root} content-missing`],
    );
    assert.equal(outer.at('../one/data/sub').bytes('own/1.bin').length, OWN);
    // Without any that has it, the clone is there for when one has, and all is told.
    rmSync(stored.store.root, { recursive: true, force: true });
    stored.project.ok('chmod', ['-R', 'u+w', outer.path('data/sub'), outer.path('.git/modules')]);
    for (const path of ['data/sub', '.git/modules']) rmSync(outer.path(path), { recursive: true });
    rmSync(stored.project.path('.git'), { recursive: true, force: true });
    const without = clone('../two', '--get', 'data/sub/own/2.bin');
    assert.equal(without.code, 1);
    assert.match(
      without.stderr,
      /two\/data\/sub: The content of own\/2\.bin could not be had: .*\n {2}\S*empty: The content of own\/2\.bin could not be had: /,
    );
    assert.equal(outer.at('../two/data/sub').head(), empty.head());
  });

  it('refuses a path outside, and a store that cannot be used', () => {
    const outside = stored.project.minipach('clone', stored.store.root, '../never', '--get', '../x');
    assert.equal(outside.code, 2);
    assert.match(outside.stderr, /\.\.\/x is not in the dataset: --get takes paths relative to the clone/);
    writeFileSync(stored.keys, '');
    const unusable = stored.project.minipach(...stored.args('never', '.'));
    assert.equal(unusable.code, 3);
    assert.match(unusable.stderr, /cannot be written; name another folder with --store/);
    assert.ok(!existsSync(stored.at('never').root));
  });
});
