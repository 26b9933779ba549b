import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TestProject } from '../rigs/project.ts';

const DIGEST = `sha256:${'5'.repeat(64)}`;

/**
 * Neither apptainer nor an engine for docker runs where the tests do, so that both are stood in for: the stand-in writes
 * down its words, one a line, and the variables that it would pass on, and succeeds. What it shows is that each word
 * arrives as the manuals ask for it, whatever shell, quotes and links are in between; not that the programs do as they say.
 */
const STAND_IN = `#!/bin/sh
case "$1 $2" in 'image inspect') exit 0 ;; esac
env | sed -n '/^SINGULARITYENV_/p;/^PODMAN_USERNS/p' | sort > "$WORDS_FILE"
printf '%s\\n' "$@" | sed "s#^$PWD#PWD#;s#\\([=:]\\)$PWD#\\1PWD#g" >> "$WORDS_FILE"
`;

describe('the lines of containers', function () {
  this.timeout(60_000);
  let project: TestProject;
  let words: string;
  let variables: NodeJS.ProcessEnv;
  before(function () {
    if (spawnSync('git-annex', ['version']).status !== 0) this.skip();
  });
  beforeEach(() => {
    project = TestProject.make({ annex: true });
    words = join(dirname(project.root), 'words');
    const bin = join(dirname(project.root), 'bin');
    mkdirSync(bin);
    for (const program of ['singularity', 'docker'])
      writeFileSync(join(bin, program), STAND_IN, { mode: 0o755 });
    variables = { PATH: `${bin}:${process.env['PATH']}`, WORDS_FILE: words };
    project.write('raw/t1/one/a.dat', 'one\n');
    project.write('raw/t1/one/deep/b.dat', 'one\n');
    project.git('annex', 'add', '--quiet', 'raw');
    project.write('ref/list one.txt', 'x\n');
    project.write('images/tool.sif', 'an image\n');
  });
  afterEach(() => project?.remove());

  function spec(image: string, cmd: string, more = ''): void {
    project.write(
      'box ed/spec.yml',
      `pipeline: {name: boxed}
input:
  cross:
    - pfs: {repo: raw/t1, glob: "/*", name: scans}
    - pfs: {repo: ref, glob: "/*"}
output: "{scans.path}"
transform:
  image: ${image}
  cmd: ${cmd}
  env: {GREETING: "it's $HOME, a:b"}
${more}`,
    );
    project.commit('Add a pipeline');
  }

  /** The words that the runtime was given. */
  function run(): readonly string[] {
    rmSync(words, { force: true });
    const { code, stdout, stderr } = project.minipachWith(variables, 'run');
    assert.equal(code, 0, stdout + stderr);
    return wordsOf();
  }

  const wordsOf = (): readonly string[] =>
    readFileSync(words, 'utf8').trimEnd().replaceAll(project.root, 'ROOT').split('\n');

  /** The same once more, from what is recorded and nothing else, at the project's root. */
  function replayed(): readonly string[] {
    const message = project.git('log', '-1', '--format=%B');
    const { cmd } = JSON.parse(message.slice(message.indexOf('{'), message.lastIndexOf('}') + 1)) as {
      cmd: string;
    };
    rmSync(words);
    const line = cmd.replaceAll('{{', '{').replaceAll('}}', '}');
    const { status, stderr } = spawnSync('sh', ['-c', line], {
      cwd: project.root,
      encoding: 'utf8',
      env: { ...process.env, ...variables },
    });
    assert.equal(status, 0, stderr);
    return wordsOf();
  }

  it('of apptainer and singularity say to the letter what the command sees and where', () => {
    spec('images/tool.sif', `[sh, -c, 'echo "$1"', "{scans}", "{ref}", "{out}"]`, '  working_dir: ref\n');
    project.git('config', 'minipach.bind', '/opt/licence:/licence:ro');
    project.git('config', '--add', 'minipach.bind', '/scratch');
    const annex = 'ROOT/.git/annex/objects';
    const given = run();
    assert.deepEqual(given, [
      "SINGULARITYENV_GREETING=it's $HOME, a:b",
      'SINGULARITYENV_out=../box ed/one',
      'SINGULARITYENV_ref=list one.txt',
      'SINGULARITYENV_scans=../raw/t1/one',
      ...['exec', '--containall', '--cleanenv'],
      ...['--home', 'PWD/.minipach-scratch', '--workdir', 'PWD/.minipach-scratch'],
      ...['-B', 'PWD', '-B', `${annex}:${annex}:ro`],
      ...['-B', 'PWD/raw/t1/one:/pfs/scans/one:ro'],
      // The links in `raw/t1/one` lead three directories up: from `/pfs/scans/one` that is the top.
      ...['-B', `${annex}:/.git/annex/objects:ro`],
      ...['-B', 'PWD/ref/list one.txt:/pfs/ref/list one.txt:ro'],
      ...['-B', 'PWD/box ed/one:/pfs/out'],
      ...['-B', '/opt/licence:/licence:ro', '-B', '/scratch'],
      ...['--pwd', 'PWD/ref', 'PWD/images/tool.sif'],
      ...['sh', '-c', 'echo "$1"', '../raw/t1/one', 'list one.txt', '../box ed/one'],
    ]);
    const again = replayed().map((word) => word.replaceAll('PWD/.git/annex', 'ROOT/.git/annex'));
    assert.deepEqual(again, given);
  });

  it('of docker and podman say to the letter what the command sees and where', () => {
    spec(
      `python:3.12@${DIGEST}`,
      `'echo "$ref" | cat'`,
      '  stdin: [a]\nresource_requests: {gpu: {type: nvidia.com/gpu, number: 1}}\n',
    );
    project.git('config', 'minipach.bind', '/opt/licence:/licence:ro');
    const annex = 'ROOT/.git/annex/objects';
    const given = run();
    assert.deepEqual(given, [
      `PODMAN_USERNS=${process.getuid?.() === 0 ? '' : 'keep-id'}`,
      ...['run', '--rm', '-i', '--user', `${process.getuid?.()}:${process.getgid?.()}`, '--gpus', 'all'],
      ...['--mount', 'type=bind,src=PWD,dst=PWD'],
      ...['--mount', `type=bind,src=${annex},dst=${annex},readonly`],
      ...['--mount', 'type=bind,src=PWD/raw/t1/one,dst=/pfs/scans/one,readonly'],
      ...['--mount', `type=bind,src=${annex},dst=/.git/annex/objects,readonly`],
      ...['--mount', 'type=bind,src=PWD/ref/list one.txt,dst=/pfs/ref/list one.txt,readonly'],
      ...['--mount', 'type=bind,src=PWD/box ed/one,dst=/pfs/out'],
      ...['--mount', 'type=bind,src=/opt/licence,dst=/licence,readonly'],
      ...['--env', 'HOME=PWD/.minipach-scratch', '--env', "GREETING=it's $HOME, a:b"],
      ...['--env', 'scans=raw/t1/one', '--env', 'ref=ref/list one.txt', '--env', 'out=box ed/one'],
      ...['--workdir', 'PWD', '--entrypoint', 'sh', `docker.io/library/python@${DIGEST}`],
      ...['-c', 'echo "$ref" | cat'],
    ]);
    const again = replayed().map((word) => word.replaceAll('PWD/.git/annex', 'ROOT/.git/annex'));
    assert.deepEqual(again, given);
  });

  it('cannot be written for paths that runtimes would cut, which is said of the datum', () => {
    project.write('ref/a,b.txt', 'x\n');
    spec('images/tool.sif', `'ls {ref}'`);
    const { code, stdout } = project.minipachWith(variables, 'run');
    assert.equal(code, 1);
    assert.match(
      stdout,
      /Its path ref\/a,b\.txt holds a character that container runtimes take for the end of a path/,
    );
  });

  it('of registered containers have every placeholder, and refuse what means nothing', () => {
    project.write(
      '.datalad/config',
      '[datalad "containers.tool"]\n\timage = images/tool.sif\n\tcmdexec = singularity exec {img} {cmd} {{x}} {img_dspath} {img_dirpath} \'{other}\'\n',
    );
    spec('tool', `'echo {out}'`, '  working_dir: ref\n');
    const refused = project.minipachWith(variables, 'run');
    assert.equal(refused.code, 3);
    assert.match(
      refused.stderr,
      /The container `tool` cannot be run\. It was registered with the line .* in which `\{other\}` means nothing/,
    );
    project.write('.datalad/config', project.read('.datalad/config').replace(" '{other}'", ''));
    project.commit('Mend the line');
    const given = run();
    assert.deepEqual(given, [
      'exec',
      '../images/tool.sif',
      'sh',
      '-c',
      "echo '../box ed/one'",
      '{x}',
      '..',
      '../images',
    ]);
    assert.deepEqual(replayed(), given);
  });
});
