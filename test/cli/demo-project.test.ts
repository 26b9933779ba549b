import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDemoProject, type RunDemoCommand } from '../../src/cli/demo-project.ts';

const COMMITTER = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.invalid',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.invalid',
};

const { PATH = '' } = process.env;

/** A runner of commands with a git configuration of its own: none, so that the machine's does not matter. */
function runnerWith(extra: Readonly<Record<string, string>>): RunDemoCommand {
  return (file, args, options) =>
    new Promise((resolve) => {
      const env = {
        PATH,
        HOME: join(tmpdir(), 'no-such-home'),
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        ...extra,
        ...options.env,
      };
      execFile(file, [...args], { cwd: options.cwd, env }, (error, _stdout, stderr) => {
        resolve({ ok: error === null, stderr });
      });
    });
}

async function output(cwd: string, file: string, args: readonly string[]): Promise<string> {
  return await new Promise((resolve, reject) => {
    execFile(file, [...args], { cwd }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}

describe('the demo project', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minipach-demo-test-'));
  });
  afterEach(async () => {
    // git-annex takes write permission from its objects' folders.
    await output(folder, 'chmod', ['-R', 'u+w', '.']);
    await rm(folder, { recursive: true });
  });

  for (const annex of ['never', 'when-installed'] as const) {
    it(`is a clean repository with equal samples (git-annex: ${annex})`, async function () {
      const directory = join(folder, 'demo');
      const made = await makeDemoProject(directory, { run: runnerWith(COMMITTER), annex });
      assert(made.ok, JSON.stringify(made));
      if (annex === 'when-installed' && !made.annexed) this.skip();
      assert.equal(await output(directory, 'git', ['status', '--porcelain']), '');
      assert.equal(await output(directory, 'git', ['rev-list', '--count', 'HEAD']), '2\n');
      const tree = await output(directory, 'git', ['ls-tree', '-r', 'HEAD', 'images/']);
      assert.equal(tree.trim().split('\n').length, 18);
      assert.equal(tree.includes('120000'), made.annexed);
      const blobs = async (sample: string) =>
        await output(directory, 'git', [
          'ls-tree',
          '--format=%(objectname) %(path)',
          `HEAD:images/${sample}`,
        ]);
      assert.equal(await blobs('sample-03'), await blobs('sample-05'));
      assert.notEqual(await blobs('sample-03'), await blobs('sample-04'));
    });
  }

  it('is made where git has no identity', async () => {
    const directory = join(folder, 'demo');
    const nobody = runnerWith({
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'user.useConfigOnly',
      GIT_CONFIG_VALUE_0: 'true',
    });
    const made = await makeDemoProject(directory, { run: nobody, annex: 'never' });
    assert(made.ok, JSON.stringify(made));
    assert.equal(await output(directory, 'git', ['log', '-1', '--format=%an']), 'Minipach demo\n');
  });

  it('leaves a directory that is not empty alone', async () => {
    await writeFile(join(folder, 'thesis.txt'), 'finished');
    const made = await makeDemoProject(folder, { run: runnerWith(COMMITTER), annex: 'never' });
    assert(!made.ok);
    assert.equal(made.reason, 'directory-not-empty');
    assert.match(made.message, /is not empty; name a new directory/);
    assert.deepEqual(await readdir(folder), ['thesis.txt']);
  });

  it('says which command failed', async () => {
    const made = await makeDemoProject(join(folder, 'demo'), {
      run: async (_file, args) => ({ ok: args[0] !== 'commit', stderr: 'the disk is full' }),
      annex: 'never',
    });
    assert(!made.ok);
    assert.equal(made.reason, 'command-failed');
    assert.match(made.message, /`git commit` failed in .*: the disk is full/);
  });

  it("has commands whose results do not depend on the sample's name", async () => {
    const directory = join(folder, 'demo');
    const made = await makeDemoProject(directory, { run: runnerWith(COMMITTER), annex: 'never' });
    assert(made.ok, JSON.stringify(made));
    for (const command of ['edges', 'stats']) {
      const results = await Promise.all(
        ['sample-03', 'sample-05'].map(async (sample) => {
          const out = await mkdtemp(join(folder, `${command}-`));
          await output(directory, process.execPath, [`code/${command}.mjs`, `images/${sample}`, out]);
          const names = (await readdir(out)).sort();
          const contents = await Promise.all(names.map((name) => readFile(join(out, name), 'base64')));
          return names.map((name, i) => [name, contents[i]]);
        }),
      );
      assert(results[0] !== undefined && results[0].length > 0);
      assert.deepEqual(results[0], results[1]);
    }
  });
});
