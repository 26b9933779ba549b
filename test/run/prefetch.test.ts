import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { FeedLine, ImageStanding } from '../../src/plan/feed-line.ts';
import { canRunImages } from '../rigs/images.ts';
import { ended, seededRandom, TestProject } from '../rigs/project.ts';
import { Tap } from '../rigs/tap.ts';

const IMAGE = 'images/tool.sqfs';
const SIZE = 8_000_000;

/** No job is started in these images, so that they need not be any. */
const CONTENT = randomBytes(SIZE);

describe('images that are not here', function () {
  this.timeout(120_000);
  let project: TestProject;
  let tap: Tap;
  before(function () {
    if (!canRunImages() || spawnSync('git-annex', ['version']).status !== 0) this.skip();
  });
  beforeEach(() => {
    project = TestProject.make({ annex: true });
    project.write('data/one/a.txt', 'one\n');
    mkdirSync(project.path('images'));
    writeFileSync(project.path(IMAGE), CONTENT);
    project.git('annex', 'add', '--quiet', 'images');
    project.write(
      'boxed/spec.yml',
      `input: {pfs: {repo: data, glob: "/*"}}\ntransform: {image: ${IMAGE}, cmd: [touch, "{out}/x"]}\n`,
    );
    project.commit('Begin');
    tap = new Tap(join(dirname(project.root), 'tap'));
    tap.take(project, 'images');
  });
  afterEach(() => project?.remove());

  const prefetch = () => project.minipachWith(tap.variables, 'prefetch');
  const drop = (): void =>
    void project.ok('git', ['annex', 'drop', '--quiet', '--force', IMAGE], tap.variables);

  /** The image is whole, right, and nothing but that. */
  function assertHere(): void {
    assert.deepEqual(project.ok('git', ['annex', 'find', '--in=here']).trim(), IMAGE);
    project.ok('git', ['annex', 'fsck', '--quiet', IMAGE]);
    assert.ok(CONTENT.equals(project.bytes(IMAGE)));
    assert.deepEqual(readdirSync(project.path('.git/annex/tmp')), []);
  }

  it('are fetched once, whoever asks for them at the same time', async () => {
    tap.behave('slow');
    const asking = Array.from({ length: 8 }, () => {
      const child = project.startWith(tap.variables, ['prefetch'], 'pipe');
      let said = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      return ended(child).then((code) => ({ code, said }));
    });
    const answers = await Promise.all(asking);
    assert.deepEqual(
      answers.map(({ code }) => code),
      Array(8).fill(0),
    );
    assert.deepEqual(tap.retrievals, [0]);
    const told = answers.filter(({ said }) =>
      /^image images\/tool\.sqfs: 8\.0 MB are fetched by process \d+ on /m.test(said),
    );
    assert.ok(told.length > 0, answers.map(({ said }) => said).join());
    assert.ok(answers.every(({ said }) => said.endsWith('1 image ready.\n')));
    assertHere();
    assert.equal(prefetch().code, 0);
    assert.deepEqual(tap.retrievals, [0], 'and not again');
  });

  it('say how far they are', () => {
    tap.behave('slow');
    const { code, stdout } = project.minipachWith(tap.variables, 'prefetch', '--json', 'boxed');
    assert.equal(code, 0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(events.at(-1).event, 'image-ready');
    const far = events.filter(({ event }) => event === 'image-fetching');
    assert.ok(
      far.some(({ bytes }) => bytes > 0 && bytes < SIZE),
      stdout,
    );
    assert.ok(far.every(({ image, total, by }) => image === IMAGE && total === SIZE && by === null));
  });

  it('are told by the feed, whoever fetches them: how far they are, and that they are here and verified', async () => {
    tap.behave('slow');
    const feed = project.startFeed();
    const lines = createInterface({ input: feed.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<ImageStanding | undefined> => {
      for (;;) {
        const line = JSON.parse((await lines.next()).value as string) as FeedLine;
        if (line.kind === 'images') return line.images[0];
      }
    };
    const absent = { name: IMAGE, state: 'absent', bytesToFetch: SIZE, fetching: null };
    assert.deepEqual(await next(), absent);
    const fetching = project.startWith(tap.variables, ['prefetch']);
    const far: number[] = [];
    let told = await next();
    for (; told?.verified !== true; told = await next()) {
      if (told?.fetching?.by.pid === fetching.pid) far.push(told?.fetching?.bytes ?? 0);
    }
    assert.ok(
      far.some((bytes) => bytes > 0 && bytes < SIZE),
      far.join(),
    );
    while (told?.fetching !== null) told = await next();
    assert.deepEqual(told, {
      name: IMAGE,
      state: 'present',
      bytesToFetch: 0,
      verified: true,
      fetching: null,
    });
    assert.equal(await ended(fetching), 0);
    project.ok('git', ['annex', 'drop', '--quiet', '--force', IMAGE], tap.variables);
    assert.deepEqual(await next(), absent);
    feed.kill('SIGTERM');
  });

  it('are whole and right wherever who fetches them is killed', async () => {
    const random = seededRandom(7);
    tap.behave('slow');
    let resumed = 0;
    for (let round = 0; round < 10; round += 1) {
      tap.forget();
      const first = project.startWith(tap.variables, ['prefetch']);
      while (tap.retrievals.length === 0) await delay(10);
      const second = project.startWith(tap.variables, ['prefetch']);
      await delay(random() * 1500);
      // What it has started goes on, as after any kill.
      process.kill(first.pid ?? 0, 'SIGKILL');
      assert.equal(await ended(second), 0);
      await ended(first);
      assertHere();
      assert.ok(tap.retrievals.length <= 2, tap.retrievals.join());
      resumed += tap.retrievals.filter((from) => from > 0).length;
      assert.deepEqual(transfers(), [], 'nobody goes on fetching');
      drop();
    }
    assert.ok(resumed > 0, 'what had come was not fetched again');
  });

  it('are not fetched on by a run that is stopped', async () => {
    tap.behave('slow');
    const run = project.startWith(tap.variables, ['run']);
    while (tap.retrievals.length === 0) await delay(10);
    run.kill('SIGINT');
    assert.equal(await ended(run), 130);
    assert.deepEqual(transfers(), []);
    assert.equal(prefetch().code, 0);
    assertHere();
  });

  it('are whole and right wherever the connection is cut', () => {
    const random = seededRandom(11);
    for (let round = 0; round < 5; round += 1) {
      tap.forget();
      tap.cut([random(), random()].map((share) => Math.floor((share * SIZE) / 2)));
      const { code, stdout, stderr } = prefetch();
      assert.equal(code, 0, stdout + stderr);
      assertHere();
      drop();
    }
  });

  it('are never taken for what they are not', () => {
    tap.behave('wrong');
    project.git('config', 'annex.verify', 'false');
    project.git('config', 'remote.tap.annex-verify', 'false');
    const { code, stdout, stderr } = project.minipachWith(tap.variables, 'run');
    assert.equal(code, 3, stdout);
    assert.match(
      stderr,
      /The image `images\/tool\.sqfs` could not be fetched: .*[Vv]erification of content failed/,
    );
    assert.match(stderr, /None of the jobs of `boxed` is started/);
    assert.equal(project.ok('git', ['annex', 'find', '--in=here']), '');
    tap.behave('whole');
    assert.equal(prefetch().code, 0, 'and are mended by what is right');
    assertHere();
  });

  it('are found where git-annex does not know them to be', () => {
    const key = project.git('annex', 'lookupkey', IMAGE).trim();
    const uuid = project.git('config', 'remote.tap.annex-uuid').trim();
    project.git('annex', 'setpresentkey', key, uuid, '0');
    const { code, stderr } = prefetch();
    assert.equal(code, 0, stderr);
    assertHere();
  });

  it('that nobody has are told with what each remote said', () => {
    const key = project.git('annex', 'lookupkey', IMAGE).trim();
    spawnSync('rm', [join(tap.variables['TAP'] ?? '', key)]);
    const { code, stderr } = prefetch();
    assert.equal(code, 3);
    assert.match(stderr, /could not be fetched: .*tap: /s);
  });

  it('that there is no room for are not begun', () => {
    const key = `SHA256-s9000000000000000--${'0'.repeat(64)}`;
    project.git('annex', 'fromkey', '--force', key, 'images/huge.sqfs');
    project.write('boxed/spec.yml', project.read('boxed/spec.yml').replace(IMAGE, 'images/huge.sqfs'));
    project.commit('Take a huge image');
    const { code, stderr } = prefetch();
    assert.equal(code, 3);
    assert.match(
      stderr,
      /There is no room for the image `images\/huge\.sqfs`: 9000000000000000 bytes of it are to be fetched, and \d+ are free where /,
    );
    assert.deepEqual(tap.retrievals, []);
  });

  it('and were damaged where they are stop all jobs before the first', () => {
    assert.equal(prefetch().code, 0);
    const object = realpathSync(project.path(IMAGE));
    chmodSync(object, 0o644);
    const file = openSync(object, 'r+');
    writeSync(file, 'spoilt', SIZE / 2);
    const { code, stderr } = project.minipachWith(tap.variables, 'run');
    assert.equal(code, 3);
    assert.match(
      stderr,
      /The image `images\/tool\.sqfs` is damaged: .* run `git annex fsck --key=SHA256E-s8000000--/,
    );
    assert.ok(!existsSync(project.path('boxed/one')));
  });

  /** Processes that fetch from the remote of this test. */
  function transfers(): readonly string[] {
    const { stdout } = spawnSync('pgrep', ['-f', 'git-annex-remote-tap'], { encoding: 'utf8' });
    return stdout.split('\n').filter((pid) => pid !== '' && isOurs(pid));
  }

  function isOurs(pid: string): boolean {
    const { stdout } = spawnSync('cat', [`/proc/${pid}/environ`], { encoding: 'utf8' });
    return stdout.split('\0').includes(`TAP=${tap.variables['TAP']}`);
  }
});
