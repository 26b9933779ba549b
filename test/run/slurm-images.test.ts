import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { until } from '../rigs/gated-project.ts';
import { ImageRounds } from '../rigs/image-rounds.ts';
import { canRunImages, makeSquashfs } from '../rigs/images.ts';
import { TestProject } from '../rigs/project.ts';
import { clusterOfSuite } from '../rigs/slurm-suite.ts';
import { Tap } from '../rigs/tap.ts';

describe('run --executor slurm in images', function () {
  this.timeout(120_000);
  const cluster = clusterOfSuite({ cpus: 8 }, () => canRunImages());
  let project: TestProject;
  let tap: Tap;
  beforeEach(() => {
    project = TestProject.make({ annex: true });
    for (let datum = 1; datum <= 8; datum += 1) project.write(`data/d${datum}/a.txt`, `content ${datum}\n`);
    mkdirSync(project.path('images'));
    makeSquashfs(project.path('images', 'tool.sqfs'));
    project.git('annex', 'add', '--quiet', '--force-large', 'images', 'data');
    project.write(
      'boxed/spec.yml',
      'input: {pfs: {repo: data, glob: "/*"}}\ntransform: {image: images/tool.sqfs, cmd: [cp, "{data}/a.txt", "{out}/b.txt"]}\n',
    );
    project.commit('Begin');
    tap = new Tap(join(dirname(project.root), 'tap'));
    tap.take(project, 'images', 'data');
  });
  afterEach(() => project?.remove());
  it('transfers an image of a store without a storage sibling once for eight tasks, and none of them fails', async () => {
    const rounds = new ImageRounds(cluster(), 20_000_000);
    try {
      for (let round = 1; round <= 2; round += 1) {
        rounds.run();
        await until(`transfers of round ${round}`, () => rounds.transfers >= round);
      }
      // Events of anything else would have come by now.
      assert.equal(rounds.transfers, 2);
    } finally {
      rounds.remove();
    }
  });

  const run = (variables: NodeJS.ProcessEnv) =>
    project.minipachWith(
      { ...cluster().environment, ...variables, USER: 'test' },
      'run',
      '--executor',
      'slurm',
    );

  it('fetches the image and each input once for all tasks, before they are submitted', () => {
    const { code, stdout, stderr } = run(tap.variables);
    assert.equal(code, 0, `${stdout}${stderr}`);
    assert.match(stdout, /^8 done\.$/m);
    assert.deepEqual(tap.retrievals, Array(9).fill(0));
    assert.equal(project.read('boxed/d7/b.txt'), 'content 7\n');
  });

  it('needs what runs images on nodes only, and says where it is missing there', () => {
    // Every program of this machine but the one.
    const programs = join(dirname(project.root), 'programs');
    mkdirSync(programs);
    for (const folder of ['/usr/bin', '/bin']) spawnSync('sh', ['-c', `ln -sf ${folder}/* ${programs}/`]);
    rmSync(join(programs, 'ch-run'));
    const lacking = { ...tap.variables, PATH: `${dirname(programs)}/tap:${programs}` };
    const without = run(lacking);
    assert.equal(without.code, 1, without.stdout);
    assert.match(without.stderr, /is run by ch-run, which is not installed here/);
    assert.deepEqual(project.status().pipelines[0].counts, { pending: 8 });
    project.write('.minipach/config.yml', 'slurm:\n  preamble: export PATH=/usr/bin:$PATH\n');
    const loaded = run(lacking);
    assert.equal(loaded.code, 0, loaded.stderr);
    assert.deepEqual(project.status().pipelines[0].counts, { done: 8 });
  });
});
