import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownAnnexBug } from '../../src/project/annex-version.ts';
import { MINIPACH } from '../rigs/project.ts';
import { makeTemporaryDirectory, removeDirectory } from '../rigs/temporary-directory.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', 'examples', 'reproducer', 'reproduce.sh');

describe('the reproducer of failing gets', function () {
  this.timeout(180_000);
  let folder: string;
  let version: string;
  before(function () {
    const { status, stdout } = spawnSync('git', ['annex', 'version', '--raw'], { encoding: 'utf8' });
    if (status !== 0) this.skip();
    version = stdout;
  });
  beforeEach(async () => {
    folder = await makeTemporaryDirectory('reproducer');
  });
  afterEach(() => removeDirectory(folder));

  function reproduce(...options: string[]): string {
    const { status, stdout, stderr } = spawnSync(
      'sh',
      [
        SCRIPT,
        '--clones',
        '4',
        '--size',
        '15',
        '--folder',
        join(folder, 'work'),
        '--minipach',
        `${process.execPath} ${MINIPACH}`,
        ...options,
      ],
      { encoding: 'utf8' },
    );
    assert.equal(status, 0, stdout + stderr);
    return stdout;
  }

  const SUCCESS = /^minipach run +0 of 4 failed, [\d.]+ s; 4 results, 1 copy of the image$/m;

  it('shows gets that fail by each other’s locks, with the words of the reports, and Minipach that does not', () => {
    const said = reproduce('--provoke');
    assert.match(said, /^annex get +3 of 4 failed/m);
    assert.match(said, /transfer already in progress, or unable to take transfer lock/);
    assert.match(said, /failed to retrieve content from remote/);
    assert.match(said, SUCCESS);
    const result = readFileSync(join(folder, 'work', 'project', 'sizes', '1', 'words'), 'utf8');
    assert.equal(result.trim(), '2');
  });

  it('shows the same for clones that share a uuid, on any version', () => {
    const said = reproduce('--same-uuid', '--rate', '5', '--debug');
    assert.match(said, /^annex get +3 of 4 failed/m);
    assert.match(said, SUCCESS);
    const logs = readdirSync(join(folder, 'work', 'logs')).filter((name) => /^clone-\d\.log$/.test(name));
    assert.ok(logs.some((name) => /\[.*\] /.test(readFileSync(join(folder, 'work', 'logs', name), 'utf8'))));
  });

  it('is honest by default', function () {
    // What a version with the bug does depends on how fast the disk is.
    if (knownAnnexBug(version) !== undefined) this.skip();
    const said = reproduce('--datalad');
    assert.match(said, /^datalad get +0 of 4 failed/m);
    assert.match(said, SUCCESS);
  });
});
