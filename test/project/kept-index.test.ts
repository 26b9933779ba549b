import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { workTreeChanges } from '../../src/project/dirty.ts';
import { keptIndex } from '../../src/project/kept-index.ts';
import { TestProject } from '../rigs/project.ts';

/** Enough for an index of more than a megabyte. */
const FILES = 12_000;

describe('the kept copy of an index', () => {
  let project: TestProject;

  before(() => {
    project = TestProject.make();
    const files = Array.from({ length: FILES }, (_, at) => {
      const path = `data/sub-${String(at % 300).padStart(3, '0')}/session-${at}/measured-values.txt`;
      return `M 100644 inline ${path}\ndata ${String(at).length}\n${at}\n`;
    });
    const commit = `commit refs/heads/main\ncommitter A <a@b.c> 1700000000 +0000\ndata 3\nAdd\nfrom ${project.head()}\n`;
    const input = commit + files.join('');
    assert.equal(spawnSync('git', ['fast-import', '--quiet'], { cwd: project.root, input }).status, 0);
    project.git('reset', '--quiet', '--hard');
  });
  after(() => project.remove());

  const cache = (): string => project.path('.git', 'minipach', 'cache');
  const copies = (): string[] => readdirSync(cache()).filter((name) => name.startsWith('index-'));
  const sizes = (): number[] => copies().map((name) => statSync(`${cache()}/${name}`).size);
  const plainStatus = (): string[] => {
    const args = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames'];
    const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0' };
    const { stdout } = spawnSync('git', args, { cwd: project.root, env, encoding: 'utf8' });
    return stdout.split('\0').flatMap((line) => (line === '' ? [] : [line.slice(3)]));
  };
  /** What is found must be what git finds by itself, and the user's index must stay as it is. */
  const expectRight = async (...changed: string[]): Promise<void> => {
    const index = readFileSync(project.path('.git', 'index'));
    const found = await workTreeChanges(project.root);
    assert.deepEqual(found.changed, plainStatus());
    assert.deepEqual([...found.changed].sort(), changed.sort());
    assert.ok(index.equals(readFileSync(project.path('.git', 'index'))));
    assert.ok(copies().length <= 1, copies().join(' '));
  };
  const write = (path: string, text: string): void => {
    mkdirSync(project.path(path, '..'), { recursive: true });
    writeFileSync(project.path(path), text);
  };

  it('finds what git finds, whatever changes in the work tree and in the index', async () => {
    await expectRight();
    assert.ok((sizes()[0] ?? 0) > 1_000_000);
    write('data/sub-001/new/deep/file.txt', 'new');
    await expectRight('data/sub-001/new/deep/file.txt');
    write('data/sub-001/new/deep/other.txt', 'new');
    write('data/sub-002/session-2/measured-values.txt', 'changed');
    const both = ['data/sub-001/new/deep/file.txt', 'data/sub-001/new/deep/other.txt'];
    await expectRight(...both, 'data/sub-002/session-2/measured-values.txt');
    write('.gitignore', 'deep\n');
    await expectRight('.gitignore', 'data/sub-002/session-2/measured-values.txt');
    rmSync(project.path('.gitignore'));
    renameSync(project.path('data/sub-001/new'), project.path('data/elsewhere'));
    const moved = ['data/elsewhere/deep/file.txt', 'data/elsewhere/deep/other.txt'];
    await expectRight(...moved, 'data/sub-002/session-2/measured-values.txt');
    project.git('add', '.');
    await expectRight(...moved, 'data/sub-002/session-2/measured-values.txt');
    project.git('commit', '--quiet', '-m', 'More');
    await expectRight();
    rmSync(project.path('data/elsewhere/deep/file.txt'));
    await expectRight('data/elsewhere/deep/file.txt');
    project.git('checkout', '--', '.');
    await expectRight();
  });

  it('is made for an index that lasts: at once after a while, or when it is seen a second time', async () => {
    rmSync(cache(), { recursive: true });
    await expectRight();
    assert.ok((sizes()[0] ?? 0) > 1_000_000);
    const [first] = copies();
    project.git('update-index', '--force-write-index');
    await expectRight();
    assert.deepEqual(sizes(), [0], 'it has changed shortly after the one before');
    assert.notEqual(copies()[0], first);
    await expectRight();
    assert.ok((sizes()[0] ?? 0) > 1_000_000);
  });

  it('is not relied on where somebody has removed it meanwhile, or the index has changed', async () => {
    rmSync(cache(), { recursive: true });
    await expectRight();
    const kept = keptIndex(project.root);
    assert.ok(kept !== undefined);
    assert.ok(kept.wasThere());
    // What git would write that has found no index.
    writeFileSync(kept.env['GIT_INDEX_FILE'] ?? '', 'DIRC');
    assert.ok(!kept.wasThere());
    rmSync(kept.env['GIT_INDEX_FILE'] ?? '');
    assert.ok(!kept.wasThere());
    await expectRight();
    const again = keptIndex(project.root);
    assert.ok(again !== undefined);
    assert.ok(again.wasThere());
    project.git('update-index', '--force-write-index');
    assert.ok(!again.wasThere());
  });

  it('is not made of a small index, nor where the project cannot be written to', async () => {
    const small = TestProject.make();
    writeFileSync(small.path('new.txt'), 'new');
    assert.deepEqual((await workTreeChanges(small.root)).changed, ['new.txt']);
    assert.equal(statSync(small.path('.git', 'minipach'), { throwIfNoEntry: false }), undefined);
    small.remove();
    rmSync(cache(), { recursive: true });
    writeFileSync(cache(), 'in the way');
    write('data/new.txt', 'new');
    assert.deepEqual((await workTreeChanges(project.root)).changed, ['data/new.txt']);
  });
});
