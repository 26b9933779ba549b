import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { canRunImages, makeImageDirectory, makeSquashfs } from '../rigs/images.ts';
import { TestProject } from '../rigs/project.ts';
import { assertWhole, takeDown } from '../rigs/whole-project.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

/** A DataLad dataset with one annexed and one plain datum; small files stay in git. */
function makeProject(): TestProject {
  const project = TestProject.make();
  project.ok('datalad', ['-l', 'error', 'create', '--force', '.']);
  project.write(
    '.gitattributes',
    '* annex.largefiles=nothing\n*.dat annex.largefiles=anything\n*.sqfs annex.largefiles=anything\n',
  );
  project.write('data/one/a.dat', 'one\n');
  project.write('data/two/a.txt', 'two\n');
  return project;
}

function save(project: TestProject, message: string): void {
  project.ok('datalad', ['-l', 'error', 'save', '-r', '-m', message]);
}

/** Removes results and computes them again as anybody would who has DataLad and no Minipach. */
function assertReplays(project: TestProject, commit = 'HEAD'): void {
  const before = project.git('rev-parse', 'HEAD^{tree}');
  project.ok('datalad', ['-l', 'error', 'rerun', commit]);
  assert.equal(project.git('rev-parse', 'HEAD^{tree}'), before, 'the replay leaves the same');
  assert.equal(project.git('status', '--porcelain'), '');
}

const spec = (image: string, cmd: string, more = ''): string =>
  `input: {pfs: {repo: data, glob: "/*"}}\ntransform:\n  image: ${image}\n  cmd: ${cmd}\n${more}`;

describe('jobs in images', function () {
  this.timeout(120_000);
  let project: TestProject;
  before(function () {
    if (!canRunImages() || !has('datalad') || !has('git-annex')) this.skip();
  });
  beforeEach(() => {
    project = makeProject();
  });
  afterEach(() => project?.remove());

  it('run in an annexed squashfs file, see their inputs, and are replayed by datalad rerun', () => {
    mkdirSync(project.path('images'));
    makeSquashfs(project.path('images/tool.sqfs'));
    project.write('code/work.sh', 'cat "$1"/a.* /etc/about > "$2/b.txt"\n');
    project.write('boxed/spec.yml', spec('images/tool.sqfs', '[sh, code/work.sh, "{data}", "{out}"]'));
    save(project, 'Begin');
    const was = takeDown(project);
    const { code, stdout, stderr } = project.minipach('run');
    assert.equal(code, 0, stdout + stderr);
    assert.equal(project.read('boxed/one/b.txt'), 'one\na test image\n');
    assert.equal(project.read('boxed/two/b.txt'), 'two\na test image\n');
    assertWhole(project, was, 'in an image');
    assert.deepEqual(readdirSync(project.path('.git/minipach/images')).length, 1, 'no copy of the image');
    assert.match(
      project.git('log', '-1', '--format=%B'),
      /"extra_inputs": \[\n {2}"images\/tool\.sqfs"\n {1}\]/,
    );
    assertReplays(project);
    assertReplays(project, 'HEAD~1');
  });

  it('get the variables of the spec and a home of their own, and none of the caller’s', () => {
    mkdirSync(project.path('images'));
    makeSquashfs(project.path('images/tool.sqfs'));
    project.write(
      'boxed/spec.yml',
      spec(
        'images/tool.sqfs',
        `'cat > {out}/stdin; env > {out}/env; here=$PWD; cd "$HOME"; pwd > "$here"/{out}/home; touch here'`,
        `  working_dir: data\n  stdin: ["a $HOME", "b"]\n  env: { GREETING: "it's $HOME", LINES2: "a\\nb" }\n`,
      ),
    );
    save(project, 'Begin');
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stdout + result.stderr);
    const env = project.read('boxed/one/env');
    assert.match(env, /^GREETING=it's \$HOME$/m);
    assert.match(env, /^LINES2=a\nb$/m);
    assert.match(env, /^data=one$/m);
    assert.match(env, /^out=\.\.\/boxed\/one$/m);
    assert.doesNotMatch(env, /COUNT_FILE|MINIPACH_JOB|NO_COLOR/);
    assert.equal(project.read('boxed/one/stdin'), 'a $HOME\nb\n');
    assert.equal(project.read('boxed/one/home'), '/mnt/.minipach-scratch\n');
    assert.ok(!existsSync(project.path('.minipach-scratch')));
    assertReplays(project);
  });

  it('cannot write into annexed inputs or their image', () => {
    mkdirSync(project.path('images'));
    makeSquashfs(project.path('images/tool.sqfs'));
    const write = (path: string): string => `echo spoilt 2>> {out}/said >> ${path} || :`;
    project.write(
      'boxed/spec.yml',
      spec(
        'images/tool.sqfs',
        `'touch {out}/said; ${write('{data}/a.dat')}; ${write('images/tool.sqfs')}; ${write('/etc/about')}'`,
      ),
    );
    save(project, 'Begin');
    const was = takeDown(project);
    const result = project.minipach('run', 'boxed/one');
    assert.equal(result.code, 0, result.stdout + result.stderr);
    const said = project.read('boxed/one/said').trim().split('\n');
    assert.equal(said.length, 3, said.join('\n'));
    assert.equal(project.read('data/one/a.dat'), 'one\n');
    assertWhole(project, was, 'after writes');
  });

  it('run in a directory that git keeps, of which there is one copy for all, and none that would be half', () => {
    makeImageDirectory(project.path('images/tool'));
    project.write('boxed/spec.yml', spec('images/tool', `'cat {data}/a.* /etc/about > {out}/b.txt'`));
    project.write('later/spec.yml', spec('images/tool', `'id -u > {out}/id.txt'`));
    save(project, 'Begin');
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.equal(project.read('boxed/one/b.txt'), 'one\na test image\n');
    assert.equal(readdirSync(project.path('.git/minipach/images')).length, 1);
    assertReplays(project);
    project.git('rm', '--quiet', 'images/tool/mnt/.keep');
    save(project, 'Lose a mount point');
    const refused = project.minipach('run');
    assert.equal(refused.code, 3);
    assert.match(refused.stderr, /The image `images\/tool` has no \/mnt, which Charliecloud mounts over/);
    assert.match(refused.stderr, /None of the jobs of `boxed` is started/);
    assert.match(refused.stderr, /None of the jobs of `later` is started/);
  });

  it('run in containers that a subdataset registers, by its own line and with what that mentions', () => {
    project.ok('datalad', ['-l', 'error', 'create', '-d', '.', 'containers']);
    const containers = project.at('containers');
    mkdirSync(containers.path('images'), { recursive: true });
    makeSquashfs(containers.path('images/tool.sqfs'));
    containers.write(
      'scripts/run',
      '#!/bin/sh\nimage=$1; shift\ncat "$(dirname "$0")/../images/words" >&2\nUSER=$(id -un) exec ch-run --set-env=data="$data" --bind "$PWD:/mnt" --cd /mnt "$image" -- "$@"\n',
      0o755,
    );
    containers.write('images/words', 'an extra input\n');
    containers.ok('git', ['annex', 'add', '--force-large', '--quiet', 'images/words']);
    for (const [key, value] of [
      ['image', 'images/tool.sqfs'],
      [
        'cmdexec',
        'test -e {img_dirpath}/words && {python} -c "print(1)" && {img_dspath}/scripts/run {img} {cmd} # {{}}',
      ],
      ['extra-input', '{img_dspath}/images/words'],
    ] as const)
      containers.git('config', '-f', '.datalad/config', `datalad.containers.tool.${key}`, value);
    project.write(
      'boxed/spec.yml',
      spec('tool', `'cat {data}/a.* /etc/about > {out}/b.txt; echo "$data" >> {out}/b.txt'`),
    );
    save(project, 'Begin');
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.equal(project.read('boxed/one/b.txt'), 'one\na test image\ndata/one\n');
    assert.match(project.minipach('logs', 'boxed/two').stdout, /^1\n.*an extra input\n/s);
    assertReplays(project);
    assertReplays(project, 'HEAD~1');
  });

  it('recover by an err_cmd in the image, and fail by its words', () => {
    mkdirSync(project.path('images'));
    makeSquashfs(project.path('images/tool.sqfs'));
    project.write(
      'boxed/spec.yml',
      `${spec('images/tool.sqfs', `'echo no such thing >&2; exit 4'`)}  err_cmd: 'test -e /etc/about && test {data} = data/one'\ndatum_tries: 1\n`,
    );
    save(project, 'Begin');
    const result = project.minipach('run');
    assert.equal(result.code, 1);
    assert.match(result.stdout, /recovered boxed\/one: It ended with exit code 4: no such thing/);
    assert.match(result.stdout, /failed {3}boxed\/two: It ended with exit code 4: no such thing/);
  });

  it('that nothing here can run are refused by name, and never run on the host', () => {
    const bin = join(dirname(project.root), 'bin');
    mkdirSync(bin);
    for (const program of ['git', 'git-annex', 'sh', 'setpriv', 'true', 'mkdir', 'rm', 'ssh'])
      writeFileSync(
        join(bin, program),
        `#!/bin/sh\nPATH=/usr/local/bin:/usr/bin:/bin exec ${program} "$@"\n`,
        { mode: 0o755 },
      );
    writeFileSync(join(bin, 'sh'), '#!/bin/true\n', { mode: 0o755 });
    project.write('images/tool.sif', 'an image\n');
    project.write('boxed/spec.yml', spec('images/tool.sif', `'touch {out}/ran'`));
    save(project, 'Begin');
    const { code: status, stderr } = project.minipachWith({ PATH: bin }, 'run');
    assert.equal(status, 3, stderr);
    assert.match(
      stderr,
      /The image `images\/tool\.sif` is run by apptainer or singularity, which is not installed here/,
    );
    assert.ok(!existsSync(project.path('boxed/one')));
  });
});
