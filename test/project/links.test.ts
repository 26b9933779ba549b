import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { CatFile } from '../../src/project/cat-file.ts';
import { git } from '../../src/project/git.ts';
import { linkCache } from '../../src/project/links.ts';
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
    cache = linkCache({ commonDirectory: project.path('.git') });
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
    const { entries } = await readTree(project.root, 'HEAD', undefined, cache);
    return new Map(entries.map((entry) => [entry.path, entry]));
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
      const { entries } = await readTree(project.root, 'HEAD', objects, undefined);
      expectAll(new Map(entries.map((entry) => [entry.path, entry])));
    } finally {
      objects.close();
    }
  });

  it('is taken from where it is kept: nothing is read twice', async () => {
    await read();
    // A lie that only the cache can tell.
    const kept = readFileSync(cache, 'utf8');
    const body = kept.slice(kept.indexOf('\n') + 1).replaceAll(KEY, OTHER);
    const { hash } = await import('node:crypto');
    writeFileSync(cache, `minipach cache 1 ${Buffer.byteLength(body)} ${hash('md5', body)}\n${body}`);
    assert.equal((await read()).get('data/locked.nii.gz')?.annexKey, OTHER);
  });

  it('is read anew where what was kept is not whole, or of another version', async () => {
    const spoil: readonly ((text: string) => string)[] = [
      (text) => text.slice(0, -10),
      (text) => text.replaceAll(KEY, OTHER),
      (text) => text.replace('cache 1', 'cache 2'),
      () => '',
      (text) => `${text.slice(0, text.indexOf('\n') + 1)}${'\0'.repeat(500)}`,
    ];
    for (const damage of spoil) {
      writeFileSync(cache, 'none');
      await read();
      writeFileSync(cache, damage(readFileSync(cache, 'utf8')));
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
