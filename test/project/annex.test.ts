import assert from 'node:assert/strict';
import { sizeOfKey } from '../../src/plan/annex-key.ts';
import { keyOfPointer, objectPath } from '../../src/project/annex.ts';
import { readTree } from '../../src/project/tree.ts';
import { TestProject } from '../rigs/project.ts';

describe('git-annex, read without git-annex', () => {
  it('knows the key of links and pointers, and of nothing else', () => {
    const key = 'MD5E-s12--0123456789abcdef0123456789abcdef.nii.gz';
    const table: readonly (readonly [string, string | undefined])[] = [
      [`../.git/annex/objects/Zx/9w/${key}/${key}`, key],
      [`.git/annex/objects/Zx/9w/${key}/${key}`, key],
      [`..\\.git\\annex\\objects\\Zx\\9w\\${key}\\${key}`, key],
      [`/annex/objects/${key}\n`, key],
      [`/annex/objects/${key}\nmore\n`, key],
      ['../other/file.txt', undefined],
      ['../annex/objects/notes.txt', undefined],
      ['annex/objects/SHA256E-s1-m2--é', 'SHA256E-s1-m2--é'],
      ['../myannex/objects/WORM-s1-m2--a', undefined],
      ['../annex/objects-1/WORM-s1-m2--a', undefined],
      ['../annex/objects/WORM-s1-m2--a--b', 'WORM-s1-m2--a--b'],
      ['../annex/objects/WORM--', undefined],
      ['../annex/objects/--a', undefined],
      ['../annex/objects/worm--a', undefined],
      ['../annex/objects/WORM-s_1--a', undefined],
      ['../annex/objects/MY_BACKEND-s1--a', 'MY_BACKEND-s1--a'],
      ['../annex/objects/WORM-s1', undefined],
      ['../annex/objects/WORM-s1--a/', undefined],
      ['', undefined],
    ];
    for (const [text, expected] of table) assert.equal(keyOfPointer(text), expected, text);
  });

  it('reads the size that a key carries', () => {
    assert.equal(sizeOfKey('MD5E-s12--abc-s99--x.txt'), 12);
    assert.equal(sizeOfKey('WORM-s345-m123456--name'), 345);
    assert.equal(sizeOfKey('URL--http&c%%example.org'), 0);
  });

  describe('beside git-annex itself', () => {
    let project: TestProject;
    before(() => {
      project = TestProject.make({ annex: true });
    });
    after(() => project.remove());

    it('finds objects where git-annex puts them', () => {
      const keys = [
        'SHA256E-s3--2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae.txt',
        'MD5E-s0--d41d8cd98f00b204e9800998ecf8427e',
        'WORM-s1-m1600000000--a%b&c.txt',
        'URL--http&c%%example.org%x',
        'XMD5-s5--0cc175b9c0f1b6a831c399e269772661',
      ];
      for (const key of keys) {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: git-annex's own format language.
        const directory = project.git('annex', 'examinekey', '--format=${hashdirmixed}', key);
        assert.ok(objectPath(key).startsWith(directory), `${key}: ${objectPath(key)} is not in ${directory}`);
      }
    });

    it('gives a file the same key locked and unlocked, and reads plain files as they are', async () => {
      project.write('.gitattributes', '*.txt annex.largefiles=nothing\n');
      project.write('locked.dat', 'content\n');
      project.write('deep/er/locked.dat', 'content\n');
      project.write('unlocked.dat', 'content\n');
      project.write('plain.txt', 'plain\n');
      project.git('annex', 'add', '--quiet', '.');
      project.git('annex', 'unlock', '--quiet', 'unlocked.dat');
      const tree = await readTree(project.root, project.commit('Add'));
      const keys = new Map(Array.from(tree.entries, (entry) => [entry.path, entry.annexKey]));
      const key = project.git('annex', 'lookupkey', 'locked.dat').trim();
      for (const path of ['locked.dat', 'deep/er/locked.dat', 'unlocked.dat'])
        assert.equal(keys.get(path), key, path);
      assert.equal(keys.get('plain.txt'), undefined);
      const object = project.git('annex', 'contentlocation', key).trim();
      assert.equal(object, `.git/annex/objects/${objectPath(key)}`);
    });

    it('takes unlocked inputs, records unlocked results, and fetches absent content once', () => {
      project.write(
        'copy/spec.yml',
        'input: {pfs: {repo: data, glob: "/*"}}\ntransform: {cmd: \'cp "$data"/* "$out"\'}\n',
      );
      project.write('data/one/a.dat', 'one\n');
      project.write('data/two/a.dat', 'two\n');
      project.git('annex', 'add', '--quiet', 'data');
      project.git('annex', 'unlock', '--quiet', 'data/two/a.dat');
      project.commit('Add data');
      const clone = project.clone('clone');
      clone.git('annex', 'init', '--quiet', 'clone');
      const plan = JSON.parse(clone.minipach('plan', '--json').stdout);
      assert.deepEqual(
        plan.pipelines[0].datums.map((datum: { bytesToFetch: number }) => datum.bytesToFetch),
        [4, 4],
      );
      clone.git('config', 'annex.addunlocked', 'true');
      const result = clone.minipach('run');
      assert.equal(result.code, 0, result.stderr);
      assert.equal(clone.read('copy/one/a.dat'), 'one\n');
      assert.equal(clone.read('copy/two/a.dat'), 'two\n');
      assert.equal(clone.git('status', '--porcelain'), '');
      assert.equal(clone.git('annex', 'find', '--unlocked', 'copy'), 'copy/one/a.dat\ncopy/two/a.dat\n');
      assert.equal(clone.minipach('run').code, 0);
    });

    it('keeps links into the annex that a job has copied, at whatever depth, and follows attributes for the rest', () => {
      project.write('.gitattributes', '*.txt annex.largefiles=nothing\n*.txt text eol=lf\n');
      project.write(
        'copy/spec.yml',
        'input: {pfs: {repo: data, glob: "/*"}}\ntransform: {cmd: \'mkdir -p "$out"/deep/er; cp -r "$data" "$out"/deep/er/; printf "a\\r\\nb\\r\\n" > "$out"/lines.txt; printf x > "$out"/big.dat\'}\n',
      );
      project.commit('Copy links');
      const result = project.minipach('run');
      assert.equal(result.code, 0, result.stderr);
      assert.equal(project.read('copy/one/deep/er/one/a.dat'), 'one\n');
      assert.equal(
        project.git('cat-file', '-p', 'HEAD:copy/one/lines.txt'),
        'a\nb\n',
        'line endings as .gitattributes say',
      );
      assert.match(project.git('ls-files', '-s', 'copy/one/big.dat'), /^120000/);
      assert.deepEqual(project.status().pipelines[0].counts, { done: 2 });
      assert.equal(project.git('status', '--porcelain'), '');
      project.git('annex', 'fsck', '--quiet', 'copy');
    });

    it('keeps jobs from writing into annexed inputs, also as root', () => {
      project.write(
        'copy/spec.yml',
        'input: {pfs: {repo: data, glob: "/*"}}\ntransform: {cmd: \'echo bad >> "$data"/a.dat; touch "$out"/x\'}\ndatum_tries: 1\n',
      );
      project.commit('Write into an input');
      project.minipach('run');
      project.git('annex', 'fsck', '--quiet', 'data');
      assert.match(project.minipach('logs', 'copy/one').stdout, /denied/);
    });

    it('says that a spec must not be annexed', () => {
      project.write('.gitattributes', '');
      project.write('big/spec.yml', 'input: {pfs: {repo: data, glob: "/*"}}\ntransform: {cmd: ["true"]}\n');
      project.git('annex', 'add', '--quiet', '--force-large', 'big/spec.yml');
      project.commit('Annex a spec');
      const result = project.minipach('run');
      assert.equal(result.code, 2);
      assert.match(result.stderr, /big\/spec\.yml is kept by git-annex.*git annex unannex/);
    });
  });
});
