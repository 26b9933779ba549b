import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  watch,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findProgram } from '../../src/project/programs.ts';
import { ended, seededRandom, TestProject } from '../rigs/project.ts';

/** What datalad or git-annex writes once it has looked at a remote, and ids that each clone has for itself. */
const OWN =
  /^(?:annex\.uuid|remote\..*\.annex-(?:cost|availability|ignore-auto)|remote\.origin-2\.annex-ignore)$/;

/** Folders beside the project. */
const beside = (project: TestProject, ...parts: string[]): string => join(project.root, '..', ...parts);

/** What makes a clone what it is: its configuration, its branches, what is checked out. */
function shapeOf(clone: TestProject): unknown {
  const config = clone
    .git('config', '--local', '--list')
    .split('\n')
    // git-annex reads the same of a path and of its URL; a relative one starts at the clone.
    .map((line) => line.replace(/url=(?:file:\/\/|\.\.\/)?(?=\S)/, 'url='))
    .filter((line) => line !== '' && !OWN.test(line.split('=')[0] ?? ''))
    .map((line) => line.replace(/^(remote\.\S+\.url)=.*\/(?=[^/]+$)/, '$1=…/'))
    .sort();
  const refs = clone.git('for-each-ref', '--format=%(refname)').split('\n');
  // git-annex merges its branch when it is asked something first.
  const branches = refs.filter((ref) => !ref.includes('synced') && ref !== 'refs/heads/git-annex');
  return {
    config,
    branches,
    head: clone.git('rev-parse', 'HEAD'),
    status: clone.git('status', '--porcelain'),
  };
}

function content(clone: TestProject): string {
  clone.git('annex', 'get', '--quiet', 'large.bin');
  return clone.read('large.bin');
}

describe('minipach clone', function () {
  this.timeout(300_000);
  let project: TestProject;
  let id: string;
  let clones = 0;
  before(function () {
    if (findProgram('datalad') === undefined || findProgram('git-annex-remote-ora') === undefined)
      this.skip();
    project = TestProject.make();
    project.ok('datalad', ['create', '--force', '.']);
    project.write('.gitattributes', '*.bin annex.largefiles=anything\n* annex.largefiles=nothing\n');
    project.write('large.bin', 'a large file\n');
    project.commit('Add a large file');
    project.git('tag', 'v1');
    project.write('small.txt', 'small\n');
    project.commit('Add a small file');
    id = project.git('config', '--file', '.datalad/config', 'datalad.dataset.id').trim();
    project.ok('datalad', [
      ...['create-sibling-ria', '-s', 'store', '--new-store-ok', '--alias', 'own'],
      `ria+file://${beside(project, 'store')}`,
    ]);
    project.ok('datalad', ['push', '--to', 'store']);
    project.git('push', '--quiet', 'store', 'v1');
  });
  after(() => project?.remove());

  /** Clones beside the project; returns the clone. */
  const clone = (source: string, ...args: string[]): TestProject => {
    clones += 1;
    const { code, stdout, stderr } = project.minipach('clone', source, `../clone-${clones}`, ...args);
    assert.equal(code, 0, stdout + stderr);
    return project.at(`../clone-${clones}`);
  };

  const dataladClone = (source: string): TestProject => {
    clones += 1;
    project.ok('datalad', ['clone', source, `../clone-${clones}`]);
    return project.at(`../clone-${clones}`);
  };

  it('leaves what datalad clone leaves, from a path, a URL and a clone of a clone', () => {
    for (const source of [project.root, `file://${project.root}`]) {
      const own = clone(source);
      assert.deepEqual(shapeOf(own), shapeOf(dataladClone(source)), source);
      assert.equal(content(own), 'a large file\n');
    }
    const between = clone(project.root);
    const own = clone(between.root);
    assert.deepEqual(shapeOf(own), shapeOf(dataladClone(between.root)));
    // The one between has no content.
    assert.equal(content(own), 'a large file\n');
    assert.equal(own.ok('datalad', ['status']).trim(), 'nothing to save, working tree clean');
  });

  it('leaves what datalad clone leaves from a RIA store, by id, alias and version', () => {
    const store = `ria+file://${beside(project, 'store')}`;
    for (const dataset of [id, '~own', `${id}@v1`, '~own@main']) {
      const own = clone(`${store}#${dataset}`);
      assert.deepEqual(shapeOf(own), shapeOf(dataladClone(`${store}#${dataset}`)), dataset);
      assert.equal(existsSync(own.path('small.txt')), !dataset.endsWith('@v1'));
      assert.equal(content(own), 'a large file\n');
    }
  });

  it('gets content from a store that is elsewhere now', () => {
    const moved = beside(project, 'moved');
    cpSync(beside(project, 'store'), moved, { recursive: true, verbatimSymlinks: false });
    const original = beside(project, 'store');
    renameSync(original, `${original}-away`);
    try {
      const source = `ria+file://${moved}#${id}`;
      const own = clone(source);
      assert.deepEqual(shapeOf(own), shapeOf(dataladClone(source)));
      assert.equal(content(own), 'a large file\n');
    } finally {
      renameSync(`${original}-away`, original);
    }
  });

  it('gets content from a store over http', async () => {
    const root = beside(project, 'store');
    const repository = project.at('../store', id.slice(0, 3), id.slice(3));
    repository.git('update-server-info');
    const server = createServer((request, response) => {
      const path = join(root, decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname));
      try {
        response.end(readFileSync(path));
      } catch {
        response.writeHead(404).end();
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      clones += 1;
      const source = `ria+http://127.0.0.1:${port}#${id}`;
      const child = project.start(['clone', source, `../clone-${clones}`]);
      assert.equal(await ended(child), 0);
      const own = project.at(`../clone-${clones}`);
      assert.equal(
        own.git('config', 'remote.origin.url').trim(),
        source.replace('ria+', '').replace(`#${id}`, `/${id.slice(0, 3)}/${id.slice(3)}`),
      );
      assert.equal(
        own.git('config', 'datalad.get.subdataset-source-candidate-200origin').trim(),
        source.replace(id, '{id}'),
      );
      assert.equal(own.git('rev-parse', 'HEAD').trim(), project.head());
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('gets content from a store without a storage sibling', () => {
    const plain = TestProject.make({ annex: true });
    try {
      plain.write('large.bin', 'only in the store\n');
      plain.git('annex', 'add', '--quiet', 'large.bin');
      plain.commit('Add a large file');
      const bare = plain.at('../store', id.slice(0, 3), id.slice(3));
      mkdirSync(bare.root, { recursive: true });
      bare.git('init', '--quiet', '--bare');
      plain.git('remote', 'add', 'plain', bare.root);
      plain.git('push', '--quiet', 'plain', 'main', 'git-annex');
      plain.git('annex', 'copy', '--quiet', '--to', 'plain', '.');
      const own = clone(`ria+file://${beside(plain, 'store')}#${id}`);
      // There is no other place that it could come from.
      assert.equal(own.git('remote').trim(), 'origin');
      assert.equal(content(own), 'only in the store\n');
    } finally {
      plain.remove();
    }
  });

  it('says what to install where content needs it', () => {
    const programs = beside(project, 'programs');
    mkdirSync(programs);
    for (const name of ['git', 'git-annex', 'sh', 'uname'])
      symlinkSync(findProgram(name) ?? '', join(programs, name));
    const source = `ria+file://${beside(project, 'store')}#${id}`;
    const { code, stderr } = project.minipachWith({ PATH: programs }, 'clone', source, '../poor');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /git-annex-remote-ora, which gets them, is not installed: install DataLad/);
    const poor = project.at('../poor');
    poor.git('annex', 'enableremote', '--quiet', 'store-storage');
    assert.equal(content(poor), 'a large file\n');
  });

  it('refuses what is no source, and a place that is taken', () => {
    const refused = (...args: string[]): string => {
      const { code, stderr } = project.minipach('clone', ...args);
      assert.equal(code, 2, args.join(' '));
      return stderr;
    };
    assert.match(refused('ria+file:///store'), /does not say which dataset/);
    assert.match(refused('ria+ftp://host/store#~own'), /says ftp/);
    project.at('../taken').write('mine.txt', 'mine\n');
    assert.match(refused(project.root, '../taken'), /is there already and is no clone/);
    const { code, stderr } = project.minipach('clone', beside(project, 'nothing'), '../nowhere');
    assert.equal(code, 3);
    assert.match(stderr, /nowhere could not be cloned from:\n.*nothing.*does not (?:appear|exist)/);
    assert.ok(!existsSync(beside(project, 'nowhere')));
    // A clone that is there already is no mistake.
    const there = clone(project.root);
    assert.equal(project.minipach('clone', project.root, there.root).stdout, `present  ../clone-${clones}\n`);
  });

  it('never leaves half a clone, wherever it is killed', async () => {
    const random = seededRandom(7);
    const folder = project.at('../killed');
    mkdirSync(folder.root);
    const start = performance.now();
    clone(project.root);
    const whole = performance.now() - start;
    let kills = 0;
    for (let round = 0; round < 8; round += 1) {
      const destination = join(folder.root, `clone-${round}`);
      const watcher = watch(folder.root);
      const child = project.start(['clone', project.root, destination]);
      // From the first thing that is made, whatever it is called: before there is nothing to be half of.
      await once(watcher, 'change');
      watcher.close();
      const timer = setTimeout(() => child.kill('SIGKILL'), (random() * whole) / 2);
      const code = await ended(child);
      clearTimeout(timer);
      if (code === null) kills += 1;
      if (existsSync(destination)) assertWhole(project.at('../killed', `clone-${round}`));
      const again = project.minipach('clone', project.root, destination);
      assert.equal(again.code, 0, again.stderr);
      assertWhole(project.at('../killed', `clone-${round}`));
    }
    assert.ok(kills > 2, `${kills} were killed`);
    const names = readdirSync(folder.root);
    assert.deepEqual(
      names.filter((name) => !name.startsWith('clone-')),
      [],
    );
  });

  it('lets one of two that clone to one place win', async () => {
    const starts = ['clone', project.root, '../contested'];
    const codes = await Promise.all(
      Array.from({ length: 4 }, () => ended(project.start(starts, 'ignore', 'pipe'))),
    );
    assert.ok(codes.includes(0), codes.join());
    assertWhole(project.at('../contested'));
    assert.deepEqual(
      readdirSync(beside(project)).filter((name) => name.startsWith('.minipach')),
      [],
    );
  });

  function assertWhole(clone: TestProject): void {
    assert.equal(clone.head(), project.head());
    assert.equal(clone.git('status', '--porcelain'), '');
    assert.match(clone.git('config', 'annex.uuid'), /^[0-9a-f-]{36}$/m);
  }
});
