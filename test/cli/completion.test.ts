import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { typedWords } from '../../src/cli/shell-words.ts';
import { MINIPACH, spec, TestProject } from '../rigs/project.ts';

describe('completion', function () {
  this.timeout(60_000);
  let project: TestProject;
  before(() => {
    project = TestProject.withCopies(2);
    project.write('data/it is "one"/a.txt', 'x\n');
    project.write('data/sub=1/a.txt', 'y\n');
    project.write('other/spec.yml', spec('other', 'data', 'cp {data}/a.txt {out}'));
    project.commit('Add names');
    project.git('remote', 'add', 'elsewhere', '/nowhere');
    project
      .at('..', 'bin')
      .write('minipach', `#!/bin/sh\nexec ${process.execPath} ${MINIPACH} "$@"\n`, 0o755);
  });
  after(() => project.remove());

  /** Runs a script in bash with the completion loaded. */
  const bash = (script: string): string => {
    const { stdout, stderr, status } = spawnSync(
      'bash',
      ['--norc', '--noprofile', '-c', `eval "$(minipach completion bash)"\n${script}`],
      {
        cwd: project.root,
        encoding: 'utf8',
        env: { ...process.env, PATH: `${project.at('..', 'bin').root}:${process.env['PATH']}` },
      },
    );
    assert.equal(status, 0, stderr);
    return stdout;
  };
  /** What is offered behind a line. */
  const offered = (line: string): string[] =>
    project.minipach('complete', 'bash', line).stdout.split('\n').filter(Boolean);

  it('is registered with bash', () => {
    assert.match(bash('complete -p minipach'), /^complete -o default -F _minipach minipach\n$/);
  });

  it('offers commands and options', () => {
    assert.deepEqual(offered('minipach st'), ['status', 'stop']);
    assert.ok(!offered('minipach ').includes('complete'), 'what is for shells only is not offered');
    assert.deepEqual(offered('minipach run --re'), ['--retry-failed']);
    assert.deepEqual(offered('minipach check --format '), ['text', 'json', 'github']);
    assert.deepEqual(offered('minipach status --state do'), ['done']);
    assert.deepEqual(offered('minipach completion '), ['bash', 'zsh', 'fish']);
    assert.deepEqual(offered('minipach hook '), ['install', 'remove']);
    assert.deepEqual(offered('minipach hook install --push '), ['elsewhere']);
  });

  it('offers pipelines, then their datums, whatever they are called', () => {
    assert.deepEqual(offered('minipach plan '), ['copy', 'other']);
    assert.deepEqual(offered('minipach status copy/d'), ['copy/d0001', 'copy/d0002']);
    assert.deepEqual(offered('cd x; minipach run -j 2 copy/d0001 c'), ['copy/']);
    assert.deepEqual(offered('minipach logs copy/d'), ['copy/d0001', 'copy/d0002']);
    assert.deepEqual(offered('minipach run "copy/it'), ['copy/it is "one"']);
    assert.deepEqual(offered('minipach run copy/it\\ is\\ '), ['copy/it is "one"']);
    assert.deepEqual(offered('minipach run copy/sub='), ['1'], 'bash begins a word behind =');
    assert.deepEqual(offered('minipach -C data run copy/d0002'), ['copy/d0002']);
    assert.deepEqual(offered('minipach -C / run '), []);
  });

  it('puts quotes where they belong, in a shell that is typed into', function () {
    // Readline works on a terminal only: `script` gives bash one.
    if (spawnSync('script', ['--version']).status !== 0) this.skip();
    project
      .at('..', 'typed')
      .write(
        'minipach',
        `#!/bin/sh\nif [ "$1" = run ]; then shift; printf '<%s>' "$@"; echo; exit; fi\nexec ${process.execPath} ${MINIPACH} "$@"\n`,
        0o755,
      );
    const input = [
      'eval "$(minipach completion bash)"',
      'minipach run copy/it\t',
      'minipach run "copy/it\t',
      'minipach run cop\tsub=\t',
      'exit\n',
    ].join('\n');
    const { stdout } = spawnSync('script', ['-qec', 'bash --norc --noprofile -i', '/dev/null'], {
      cwd: project.root,
      encoding: 'utf8',
      input,
      env: { ...process.env, TERM: 'dumb', PATH: `${project.at('..', 'typed').root}:${process.env['PATH']}` },
    });
    const printed = [...stdout.matchAll(/^(<.*>)\r$/gm)].map(([, words]) => words);
    assert.deepEqual(printed, ['<copy/it is "one">', '<copy/it is "one">', '<copy/sub=1>'], stdout);
  });

  it('splits lines as a shell does', () => {
    assert.deepEqual(typedWords(`a 'b c'"d\\"e" f\\ g`), {
      before: ['a', 'b cd"e'],
      current: 'f g',
      broken: 0,
    });
    assert.deepEqual(typedWords('a && b c='), { before: ['b'], current: 'c=', broken: 2 });
    assert.deepEqual(typedWords(`a "x=`), { before: ['a'], current: 'x=', broken: 0 });
    assert.deepEqual(typedWords(''), { before: [], current: '', broken: 0 });
  });
});
