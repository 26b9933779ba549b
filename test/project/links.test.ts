import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { compileGlob } from '../../src/plan/glob.ts';
import { matchTree } from '../../src/plan/match-tree.ts';
import { TreeIndex } from '../../src/plan/tree-index.ts';
import { writeCacheBytes } from '../../src/project/cache.ts';
import { CatFile } from '../../src/project/cat-file.ts';
import { git } from '../../src/project/git.ts';
import { KeptDigests } from '../../src/project/kept-digests.ts';
import { treeCache } from '../../src/project/kept-tree.ts';
import { readTree } from '../../src/project/tree.ts';
import { TestProject } from '../rigs/project.ts';

const KEY = 'MD5E-s12--0123456789abcdef0123456789abcdef.nii.gz';
const OTHER = 'MD5E-s13--fedcba9876543210fedcba9876543210.nii.gz';

describe('what links and pointers say', () => {
  let project: TestProject;
  let cache: string;

  /** More files than are asked of a running helper one by one, so that the cache is used. */
  before(() => {
    project = TestProject.make();
    cache = treeCache({ commonDirectory: project.path('.git') });
    for (let file = 0; file < 1100; file += 1)
      project.write(`plain/${file}.txt`, `a text of more than thirty bytes, number ${file}\n`);
    project.write('data/pointer.nii.gz', `/annex/objects/${KEY}\n`);
    symlinkSync(`../.git/annex/objects/Zx/9w/${KEY}/${KEY}`, project.path('data/locked.nii.gz'));
    symlinkSync('../plain/two\nlines and quite a long name.txt', project.path('data/odd'));
    // The content of this file is the text of the link beside it: it is a file all the same.
    writeFileSync(project.path('data/alike.txt'), `../.git/annex/objects/Zx/9w/${KEY}/${KEY}`);
    project.commit('Add files');
  });
  after(() => project.remove());

  const read = async () => {
    const { entries } = await readTree(project.root, project.head(), { cache });
    return new Map(Array.from(entries, (entry) => [entry.path, entry]));
  };
  const expectAll = (found: Awaited<ReturnType<typeof read>>): void => {
    assert.equal(found.get('data/pointer.nii.gz')?.annexKey, KEY);
    assert.equal(found.get('data/pointer.nii.gz')?.type, 'file');
    assert.equal(found.get('data/locked.nii.gz')?.annexKey, KEY);
    assert.equal(found.get('data/locked.nii.gz')?.type, 'symlink');
    assert.equal(found.get('data/odd')?.target, '../plain/two\nlines and quite a long name.txt');
    assert.equal(found.get('data/alike.txt')?.annexKey, undefined);
    assert.equal(found.get('data/alike.txt')?.target, undefined);
    assert.equal(found.get('plain/7.txt')?.annexKey, undefined);
    assert.equal(found.size, 1104);
  };

  it('is the same when it is read and when it was kept', async () => {
    expectAll(await read());
    assert.ok(existsSync(cache));
    expectAll(await read());
    // Few blobs, or none, are asked for by name: they are the same to the letter.
    const objects = new CatFile(project.root);
    try {
      const { entries } = await readTree(project.root, 'HEAD', { objects });
      expectAll(new Map(Array.from(entries, (entry) => [entry.path, entry])));
    } finally {
      objects.close();
    }
  });

  it('is taken from where it is kept: nothing is read twice', async () => {
    await read();
    // A lie that only the cache can tell.
    const kept = readFileSync(cache, 'latin1');
    const body = kept.slice(kept.indexOf('\n') + 1).replaceAll(KEY, OTHER);
    writeCacheBytes(cache, [Buffer.from(body, 'latin1')]);
    assert.equal((await read()).get('data/locked.nii.gz')?.annexKey, OTHER);
    rmSync(cache);
  });

  it('is read anew where what was kept is not whole, or of another version', async () => {
    const spoil: readonly ((text: string) => string)[] = [
      (text) => text.slice(0, -10),
      (text) => text.replaceAll(KEY, OTHER),
      (text) => text.replace(/cache [0-9]+/, 'cache 1'),
      () => '',
      (text) => `${text.slice(0, text.indexOf('\n') + 1)}${'\0'.repeat(500)}`,
    ];
    for (const damage of spoil) {
      writeFileSync(cache, 'none');
      await read();
      writeFileSync(cache, damage(readFileSync(cache, 'latin1')), 'latin1');
      expectAll(await read());
    }
  });

  it('is found for files that were moved, added and removed since', async () => {
    await read();
    project.git('mv', 'data/locked.nii.gz', 'a-first.nii.gz');
    project.git('mv', 'plain/0.txt', 'plain/zzz.txt');
    project.git('rm', '--quiet', 'plain/1.txt');
    symlinkSync(`../.git/annex/objects/Zx/9w/${OTHER}/${OTHER}`, project.path('data/new.nii.gz'));
    project.commit('Move files');
    const found = await read();
    assert.equal(found.get('a-first.nii.gz')?.annexKey, KEY);
    assert.equal(found.get('data/new.nii.gz')?.annexKey, OTHER);
    assert.equal(found.get('data/pointer.nii.gz')?.annexKey, KEY);
    assert.equal(found.get('data/odd')?.target, '../plain/two\nlines and quite a long name.txt');
    assert.equal(found.get('plain/zzz.txt')?.annexKey, undefined);
  });

  it('is the same whole tree, looked up in the same ways, out of git and out of the file', async () => {
    project.write('a/b.txt', 'a file before the directory that its own begins with\n');
    project.write('a-b/c.txt', 'beside\n');
    project.write('é/ü.txt', 'beyond ASCII\n');
    project.write('run.sh', 'true\n');
    project.git('add', '.');
    project.git('update-index', '--chmod=+x', 'run.sh');
    project.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},data/sub`);
    project.git('commit', '--quiet', '--message', 'Add odd ones');
    const head = project.head();
    const anew = await readTree(project.root, head);
    rmSync(cache, { force: true });
    const first = await readTree(project.root, head, { cache });
    const kept = await readTree(project.root, head, { cache });
    assert.deepEqual([...kept.entries], [...anew.entries]);
    assert.deepEqual([...first.entries], [...anew.entries]);
    assert.deepEqual(kept.treeIds, anew.treeIds);
    assert.deepEqual(kept.outline?.spans, anew.outline?.spans);
    assert.equal(kept.treeIds?.get('data'), project.git('rev-parse', 'HEAD:data').trim());
    const [withOutline, without] = [
      new TreeIndex(kept),
      new TreeIndex({ commit: head, entries: anew.entries }),
    ];
    assert.deepEqual(withOutline.paths, without.paths);
    assert.deepEqual([...withOutline.directories].sort(), [...without.directories].sort());
    for (const directory of ['', ...without.directories, 'run.sh', 'data/locked.nii.gz', 'nowhere']) {
      assert.deepEqual(withOutline.under(directory), without.under(directory), directory);
      assert.deepEqual(withOutline.countFiles(directory), without.countFiles(directory), directory);
      assert.equal(withOutline.digest(directory), without.digest(directory), directory);
      assert.equal(withOutline.onlyFile(directory), without.onlyFile(directory), directory);
      assert.deepEqual(
        Array.from(withOutline.keysUnder(directory), ({ annexKey }) => annexKey),
        Array.from(without.keysUnder(directory), ({ annexKey }) => annexKey),
        directory,
      );
    }
    for (const pattern of ['/', '/*', '**', '/data/*', '*.txt', '/a*/**']) {
      const compiled = compileGlob(pattern);
      assert.ok(compiled.ok);
      for (const directory of ['', 'data', 'a', 'plain'])
        assert.deepEqual(
          withOutline.matches(directory, compiled.glob).map(({ path, kind }) => [path, kind]),
          matchTree(compiled.glob, without.below(directory)).map(({ path, kind }) => [path, kind]),
          `${pattern} in ${directory}`,
        );
    }
    assert.equal(kept.entries.find(({ type }) => type === 'executable')?.path, 'run.sh');
    assert.equal(
      kept.entries.some(({ type }) => type === 'subdataset'),
      true,
    );
    assert.equal(kept.entries.at(-1), undefined);
    assert.equal(kept.entries.at(0), kept.entries.at(0));
  });

  it('is not written for each of many commits, and is for one of them after a while', async () => {
    const kept = (): string => readFileSync(cache, 'latin1').split(/[\n ]/)[5] ?? '';
    const before = project.head();
    await read();
    assert.equal(kept(), before);
    project.write('plain/one-more.txt', 'a text of more than thirty bytes, and one more\n');
    const next = project.commit('Add one');
    await read();
    assert.equal(kept(), before);
    const old = new Date(Date.now() - 120_000);
    utimesSync(cache, old, old);
    assert.equal((await read()).has('plain/one-more.txt'), true);
    assert.equal(kept(), next);
  });

  it('goes with digests of directories, by which nothing is hashed twice, and which follow what changes', async () => {
    const digests = new KeptDigests({ commonDirectory: project.path('.git') });
    for (let folder = 0; folder < 600; folder += 1) project.write(`many/${folder}/file.txt`, `${folder}\n`);
    symlinkSync('../../plain/7.txt', project.path('many/0/link'));
    const commit = project.commit('Add folders');
    const tree = await readTree(project.root, commit, { cache });
    const directories = [...new TreeIndex(tree).directories];
    const right = directories.map((path) => new TreeIndex(tree).digest(path));
    const noting = new TreeIndex({ ...tree, digests });
    assert.deepEqual(
      directories.map((path) => noting.digest(path)),
      right,
    );
    digests.keep();
    const again = new KeptDigests({ commonDirectory: project.path('.git') });
    const known = new TreeIndex({ ...tree, digests: again });
    assert.deepEqual(
      directories.map((path) => known.digest(path)),
      right,
    );
    const treeIdOf = (path: string): string => tree.treeIds?.get(path) ?? '';
    assert.equal(again.get(treeIdOf('many/1')), right[directories.indexOf('many/1')]);
    // What a link leads to may change where the directory does not.
    for (const path of ['many/0', 'many']) assert.equal(again.get(treeIdOf(path)), undefined, path);
    project.write('many/1/file.txt', 'changed\n');
    const changed = await readTree(project.root, project.commit('Change one'), { cache });
    const after = new TreeIndex({ ...changed, digests: again });
    assert.notEqual(after.digest('many/1'), known.digest('many/1'));
    assert.equal(after.digest('many/2'), known.digest('many/2'));
  });
});

describe('commands with much to say', () => {
  it('are given and give everything, whatever it is', async () => {
    const project = TestProject.make();
    try {
      const input = Buffer.alloc(3_000_000, 'a line of text\n');
      const hashed = await git(project.root, ['hash-object', '-w', '--stdin'], { input, large: true });
      const blob = hashed.stdout.toString().trim();
      const told = await git(project.root, ['cat-file', 'blob', blob], { large: true });
      assert.ok(told.ok && told.stdout.equals(input));
      const failed = await git(project.root, ['cat-file', 'blob', 'nothing'], { large: true });
      assert.equal(failed.ok, false);
      assert.match(failed.stderr, /nothing/);
      assert.equal(failed.stdout.length, 0);
      const absent = await git(`${project.root}/absent`, ['status'], { large: true });
      assert.equal(absent.ok, false);
      assert.match(absent.stderr, /ENOENT/);
    } finally {
      project.remove();
    }
  });
});
