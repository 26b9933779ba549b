import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, TestProject } from '../rigs/project.ts';
import { assertWhole, takeDown } from '../rigs/whole-project.ts';

describe('without hard links', function () {
  this.timeout(120_000);
  let folder: string;
  let mounted: string;

  before(function () {
    folder = mkdtempSync(join(tmpdir(), 'minipach-no-links-'));
    mounted = join(folder, 'mounted');
    for (const name of ['mounted', 'raw']) mkdirSync(join(folder, name));
    // Its paranoid mode ciphers a file's content by the file's name, and so has no second names.
    const options = { input: 'p\nsecret\n', encoding: 'utf8' } as const;
    if (spawnSync('encfs', ['-S', join(folder, 'raw'), mounted], options).status !== 0) this.skip();
  });
  after(() => {
    spawnSync('fusermount', ['-u', '-z', mounted]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('runners claim each job once all the same, and say how', async () => {
    const project = TestProject.withCopies(30, { folder: mounted, annex: true });
    project.write('.gitattributes', 'b.txt annex.largefiles=anything\n');
    project.commit('Annex results');
    const was = takeDown(project);
    assert.match(
      project.minipach('doctor').stdout,
      /has no hard links: claims are made by exclusive creation/,
    );
    const said = project.start(['run', '-j', '2'], 'ignore', 'pipe');
    let told = '';
    said.stderr?.on('data', (data) => {
      told += data;
    });
    const runners = [said, ...[1, 2].map(() => project.start(['run', '-j', '2']))];
    assert.deepEqual(await Promise.all(runners.map(ended)), [0, 0, 0]);
    assert.match(told, /has no hard links: claims are made by exclusive creation/);
    assert.equal(project.executions(), 30);
    assert.equal(project.records().length, 30);
    assertWhole(project, was, 'three runners at once');
  });
});
