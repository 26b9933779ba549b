import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StatusReport } from '../../src/plan/report.ts';
import type { RunEvent } from '../../src/plan/run-event.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** How a program ended, and what it printed. */
interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function execute(cwd: string, file: string, args: readonly string[]): Promise<Printed> {
  return await new Promise((resolve) => {
    execFile(file, [...args], { cwd }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** The steps of docs/getting-started.md, one after the other in one project, as a reader would type them. */
describe('getting started', () => {
  let folder = '';
  let project = '';

  const minipach = async (...args: string[]) => await execute(project, process.execPath, [MAIN, ...args]);
  const git = async (...args: string[]) => {
    const { code, stdout, stderr } = await execute(project, 'git', args);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const counts = async () => {
    const { code, stdout, stderr } = await minipach('plan', '--json');
    assert.equal(code, 0, stderr);
    const report = JSON.parse(stdout) as StatusReport;
    return Object.fromEntries(report.pipelines.map((pipeline) => [pipeline.name, pipeline.counts]));
  };
  /** Runs everything and returns the counts that the run itself gives at its end. */
  const run = async (...args: string[]) => {
    const { stdout, stderr } = await minipach('run', '--json', ...args);
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null') as RunEvent | null;
    assert(last?.event === 'run-finished', stdout + stderr);
    return last;
  };
  const edit = async (path: string, from: string, to: string) => {
    const text = await readFile(join(project, path), 'utf8');
    assert(text.includes(from), `${path} has no ${from}`);
    await writeFile(join(project, path), text.replace(from, to));
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minipach-started-'));
    project = join(folder, 'demo');
    const made = await execute(folder, process.execPath, [MAIN, 'demo', project]);
    assert.equal(made.code, 0, made.stdout + made.stderr);
  });
  after(async () => {
    // git-annex takes write permission from its objects' folders.
    await execute(folder, 'chmod', ['-R', 'u+w', '.']);
    await rm(folder, { recursive: true });
  });

  it('computes equal samples once', async () => {
    assert.deepEqual(await counts(), { edges: { done: 6 }, stats: { done: 6 }, montage: { done: 1 } });
    const log = await git('log', '--format=%B');
    assert.equal(log.match(/"reused": false/g)?.length, 11);
    assert.equal(log.match(/"reused": true/g)?.length, 2);
    assert.equal(await git('status', '--porcelain'), '');
  });

  it('replays with DataLad, without Minipach, to the same result', async function () {
    if ((await execute(folder, 'datalad', ['--version'])).code !== 0) this.skip();
    const [commit = '', tree = ''] = (await git('log', '-1', '--format=%H %T', '--', 'edges'))
      .trim()
      .split(' ');
    const head = (await git('rev-parse', 'HEAD^{tree}')).trim();
    assert.notEqual(tree, '');
    const replayed = await execute(project, 'datalad', ['rerun', commit]);
    assert.equal(replayed.code, 0, replayed.stdout + replayed.stderr);
    assert.equal((await git('rev-parse', 'HEAD^{tree}')).trim(), head);
    assert.equal(await git('status', '--porcelain'), '');
  });

  it('keeps specs of a new DataLad dataset in git by one line', async function () {
    if ((await execute(folder, 'datalad', ['--version'])).code !== 0) this.skip();
    const guide = await readFile(join(import.meta.dirname, '../../docs/getting-started.md'), 'utf8');
    const [, line = ''] = /^ *(echo .* >> \.gitattributes .*)$/m.exec(guide) ?? [];
    const dataset = join(folder, 'dataset');
    const steps = [
      'datalad create dataset && cd dataset',
      line,
      'mkdir in out && echo 1 > in/a',
      `printf 'input: {pfs: {repo: in, glob: "/*"}}\ntransform: {cmd: [cp, "{in}", "{out}/"]}\n' > out/spec.yml`,
      'datalad save -m Start',
    ];
    const made = await execute(folder, 'sh', ['-c', steps.join(' && ')]);
    assert.equal(made.code, 0, made.stdout + made.stderr);
    const ended = await execute(dataset, process.execPath, [MAIN, 'run']);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
  });

  it('uses new data once they are committed', async () => {
    await execute(project, process.execPath, ['code/paint.mjs', 'images/sample-07=7']);
    const before = await minipach('plan');
    assert.match(before.stdout + before.stderr, /not committed: images\/sample-07/);
    await git('add', 'images');
    await git('commit', '-qm', 'Add sample-07');
    const planned = await counts();
    assert.deepEqual(planned['edges'], { done: 6, pending: 1 });
    assert.deepEqual(planned['montage'], { blocked: 1 });
    assert.deepEqual((await run()).counts, {
      done: 3,
      reused: 0,
      notStarted: 0,
      skipped: 12,
      failed: 0,
      stopped: 0,
      recovered: 0,
      unchanged: 0,
    });
  });

  it('recomputes only what uses changed code', async () => {
    await edit('code/stats.mjs', 'THRESHOLD = 80', 'THRESHOLD = 100');
    await git('commit', '-qam', 'Raise the threshold');
    assert.deepEqual(await counts(), { edges: { done: 7 }, stats: { stale: 7 }, montage: { done: 1 } });
    const { counts: finished } = await run('stats');
    assert.deepEqual([finished.done, finished.reused], [6, 1]);
  });

  it('copies results of what was renamed', async () => {
    await git('mv', 'images/sample-01', 'images/control-01');
    await git('commit', '-qm', 'Give the control its name');
    const { counts: finished } = await run();
    assert.deepEqual([finished.done, finished.reused], [1, 2]);
    assert.deepEqual((await counts())['edges'], { done: 7, orphaned: 1 });
  });

  it('says what failed, and tries again when asked', async () => {
    await appendFile(join(project, 'code', 'stats.mjs'), "throw new Error('out of coffee');\n");
    await git('commit', '-qam', 'Break it');
    const head = await git('rev-parse', 'HEAD');
    const failed = await run('stats');
    assert.deepEqual([failed.exit, failed.counts.failed, failed.counts.done], [1, 6, 0]);
    assert.equal(await git('rev-parse', 'HEAD'), head, 'a failed job makes no commit');
    const log = await minipach('logs', 'stats/sample-02');
    assert.match(log.stdout, /out of coffee/);
    assert.equal((await run('stats')).counts.failed, 0, 'not tried again by itself');
    assert.equal((await run('stats', '--retry-failed')).counts.failed, 6);
  });
});
