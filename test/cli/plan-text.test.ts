import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { shownName } from '../../src/plan/shown-name.ts';
import { MINIPACH, spec, TestProject } from '../rigs/project.ts';

describe('what plan says for people', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.withCopies(2);
  });
  afterEach(() => project.remove());

  const plan = (...names: string[]): string => project.minipach('plan', ...names).stdout;

  it('is what a run of everything does', () => {
    assert.match(plan(), /^2 jobs to run, 0 results to copy\. Start with: minipach run$/m);
  });

  it('names the pipelines that can be run beside one with errors', () => {
    project.write('broken/spec.yml', 'input: {}\ntransform: { cmd: [x] }\n');
    project.commit('Add a broken spec');
    assert.match(plan(), /^2 jobs to run.* Start with: minipach run copy$/m);
    assert.match(plan(), /^Not run because of errors in specs: broken\./m);
    assert.equal(project.minipach('run').code, 2);
    assert.equal(project.minipach('run', 'copy').code, 0);
    assert.match(plan(), /^Nothing to run\.$/m);
  });

  it('counts jobs in images like all others, and the bytes of an image once', () => {
    const image = `  image: "tool@sha256:${'0'.repeat(64)}"\n`;
    project.write('boxed/spec.yml', spec('boxed', 'data', '[tool, "{data}"]', image));
    project.commit('Add an image');
    assert.match(plan(), /^4 jobs to run, 0 results to copy\. Start with: minipach run$/m);
    assert.match(plan('boxed'), /^2 jobs to run.* Start with: minipach run boxed$/m);
    // A link of git-annex whose content is nowhere.
    const key = 'MD5E-s3000000--0123456789abcdef0123456789abcdef.sif';
    symlinkSync(`.git/annex/objects/aa/bb/${key}/${key}`, project.path('tool.sif'));
    for (const name of ['boxed', 'other'])
      project.write(`${name}/spec.yml`, spec(name, 'data', '[tool, "{data}"]', '  image: tool.sif\n'));
    project.commit('Add an image that is to be fetched');
    assert.match(plan(), /^6 jobs to run, 0 results to copy, 3(?:\.0)? MB to fetch\. /m);
  });

  it('tells of what waits for which pipeline, and of nothing that is left', () => {
    project.write('none/spec.yml', spec('none', 'data', '["true"]'));
    project.write('after/spec.yml', spec('after', 'none', '["true"]').replace('"/*"', '"/*/*"'));
    project.write('last/spec.yml', spec('last', 'after', '["true"]').replace('"/*"', '"/*/*"'));
    project.commit('Add a chain');
    assert.match(plan(), /^after {2}no datum {2}Waits for the results of none, whose files/m);
    assert.match(plan(), /^last {2}no datum {2}Waits for all results of after\.$/m);
    assert.equal(project.minipach('run').code, 0);
    for (const text of [plan(), project.minipach('status').stdout]) {
      assert.match(text, /^after {2}no datum {2}`none` has left nothing that its glob matches\.$/m);
      assert.match(text, /^last {2}no datum {2}`after` has left nothing that its glob matches\.$/m);
    }
  });

  it('has no control characters of names, but those of our colours', () => {
    assert.equal(shownName('a\u001b[31mb\nc\u009b'), 'a\\x1b[31mb\\x0ac\\u009b');
    const name = 'd\u001b]0;x\u0007\n';
    project.write(`data/${name}/a.txt`, 'x\n');
    project.write('code/copy.sh', 'grep content "$1/a.txt" > "$2/b.txt"\n');
    project.commit('Add an odd name');
    const coloured = ['-u', 'NO_COLOR', 'FORCE_COLOR=1', process.execPath, MINIPACH, 'plan'];
    const shown = /copy\/?.*d\\x1b\]0;x\\x07\\x0a/s;
    for (const text of [plan(), project.ok('env', coloured)]) assert.match(text, shown);
    const run = project.minipach('run');
    assert.match(run.stdout, /\(minipach logs \$'copy\/d\\x1b\]0;x\\x07\\x0a'\)/);
    const hint = /logs (\$'.*')\)/.exec(run.stdout)?.[1] ?? '';
    assert.equal(project.ok('bash', ['-c', `printf %s ${hint}`]), `copy/${name}`);
    const status = project.minipach('status').stdout;
    assert.match(status, shown);
    const unknown = project.minipach('logs', `copy/${name}s`).stderr;
    assert.match(unknown, /There is no datum.* `copy\/d\\x1b\]0;x\\x07\\x0as`/);
    const all = [plan(), project.ok('env', coloured), run.stdout, run.stderr, status, unknown].join('');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
    assert.doesNotMatch(all, /[^\P{Cc}\n\u001b]|\u001b(?!\[\d+m)/u);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a terminal.
    assert.match(all, /\u001b\[\d+m/);
  });
});
