import assert from 'node:assert/strict';
import { rmSync, statSync } from 'node:fs';
import { TestProject } from '../rigs/project.ts';

describe('inputs', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
  });
  afterEach(() => project.remove());

  const write = (input: string, cmd: string, more = ''): void => {
    project.write('out/spec.yml', `input: ${input}\ntransform:\n  cmd: ${cmd}\n${more}`);
    project.commit('Add a pipeline');
  };
  const run = (): void => {
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stdout + result.stderr);
  };
  const replay = (): void => {
    const before = project.git('rev-parse', 'HEAD^{tree}');
    project.ok('datalad', ['rerun', 'HEAD']);
    assert.equal(project.git('status', '--porcelain'), '');
    assert.equal(project.git('rev-parse', 'HEAD^{tree}'), before);
  };
  const inputsOf = (): string[] => {
    const message = project.git('log', '-1', '--format=%B', '--fixed-strings', '--grep=[DATALAD RUNCMD]');
    return JSON.parse(message.slice(message.indexOf('{'), message.lastIndexOf('}') + 1)).inputs;
  };

  describe('of several repos', () => {
    beforeEach(() => {
      for (const subject of ['a', "b's"]) {
        project.write(`t1/sub-${subject}/x.txt`, `t1 ${subject}\n`);
        project.write(`t1/sub-${subject}/y.txt`, `more ${subject}\n`);
      }
      project.write("t2/sub-b's.txt", 't2 b\n');
    });

    it('run and replay as a join, where a missing partner makes its words vanish', () => {
      write(
        `{join: [{pfs: {repo: t1, glob: "/sub-(*)", join_on: $1, outer_join: true}}, {pfs: {repo: t2, glob: "/sub-(*).txt", join_on: $1}}]}`,
        `[sh, -c, 'test -z "$t2" || cat "$t1/x.txt" "$t2" > "$out/both"; printf "%s" "$*" > "$out/words"', x, "{t1}", ["-T2", "{t2}"]]`,
      );
      run();
      assert.equal(project.read('out/a/words'), 't1/sub-a');
      assert.equal(project.read("out/b's/words"), "t1/sub-b's -T2 t2/sub-b's.txt");
      assert.equal(project.read("out/b's/both"), "t1 b's\nt2 b\n");
      replay();
    });

    it('run and replay as a group of several paths', () => {
      write(
        `{group: [{pfs: {repo: t1, glob: "/sub-(*)/*", group_by: $1}}, {pfs: {repo: t2, glob: "/sub-(*).txt", group_by: $1}}]}`,
        `'cat {t1} {t2} > {out}/all; printf "%s" "$t1" > {out}/list'`,
      );
      run();
      assert.equal(project.read("out/b's/all"), "t1 b's\nmore b's\nt2 b\n");
      assert.equal(project.read('out/a/list'), 't1/sub-a/x.txt\nt1/sub-a/y.txt');
      replay();
    });

    it('run and replay as a cross, each name below the other', () => {
      write(
        `{cross: [{pfs: {repo: t1, glob: "/*"}}, {pfs: {repo: t2, glob: "/*"}}]}`,
        `[cp, "{t1}/x.txt", "{t2}", "{out}"]`,
      );
      run();
      assert.equal(project.read("out/sub-a/sub-b's.txt/x.txt"), 't1 a\n');
      replay();
    });

    it('may name the same files twice', () => {
      write(
        `{cross: [{pfs: {repo: t1, glob: "/*"}}, {pfs: {repo: t1, glob: "/*/x.txt", name: x}}, {pfs: {repo: t1, glob: "/", name: all}}]}`,
        `'cat {t1}/x.txt {x} > {out}/c; ls {all} | wc -l >> {out}/c'`,
      );
      run();
      assert.equal(project.read('out/sub-a/sub-a/x.txt/c').replaceAll(' ', ''), 't1a\nt1a\n2\n');
      replay();
    });
  });

  it('replay as a group of so many paths that they are said once only', () => {
    const names = Array.from({ length: 1100 }, (_, file) => `a ${'long * name '.repeat(6)}${file}`);
    for (const name of names) project.write(`data/${name}`, `${name}\n`);
    write(
      `{group: [{pfs: {repo: data, glob: "/(a)*", group_by: $1}}]}`,
      `[sh, -c, 'out=$1; shift; cat "$@" > "$out/all"; echo "$# $data" | wc > "$out/count"', x, "{out}", "{data}"]`,
    );
    run();
    assert.equal(project.read('out/a/all'), `${names.sort().join('\n')}\n`);
    replay();
  });

  it('with more paths than a command line takes fail with a reason that helps', () => {
    for (let file = 0; file < 1500; file += 1) project.write(`data/${'a-long-name-'.repeat(8)}${file}`, '');
    write(
      `{group: [{pfs: {repo: data, glob: "/(a)*", group_by: $1}}]}`,
      '[ls, "{data}"]',
      'datum_tries: 1\n',
    );
    const result = project.minipach('run');
    assert.equal(result.code, 1);
    assert.match(
      result.stdout,
      /Its command line and variables are \d{6} bytes, more than this system takes: let the glob match directories/,
    );
  });

  it('of which only names are wanted are empty, need no content and are not named in the record', () => {
    project.remove();
    project = TestProject.make({ annex: true });
    project.write('big/a.bin', 'content a\n');
    project.write('big/deep/b.bin', 'content b\n');
    project.write('small/s', 's\n');
    write(
      '{cross: [{pfs: {repo: big, glob: "/", empty_files: true}}, {pfs: {repo: small, glob: "/*"}}]}',
      `'find {big} -type f -size 0 | sort > {out}/names; cat {small} >> {out}/names'`,
    );
    project.git('annex', 'add', '--quiet', '--force-large', 'big');
    project.commit('Annex it');
    project.git('annex', 'drop', '--force', '--quiet', 'big');
    assert.equal(project.status().pipelines[0].datums[0].bytesToFetch, 0);
    run();
    assert.equal(project.read('out/s/names'), 'big/a.bin\nbig/deep/b.bin\ns\n');
    assert.deepEqual(inputsOf(), ['small/s']);
    project.write('big/a.bin', 'other\n');
    project.git('annex', 'add', '--quiet', '--force-large', 'big');
    project.commit('Change content');
    assert.deepEqual(project.status().pipelines[0].counts, { done: 1 });
    rmSync(project.path('big/a.bin'));
    project.commit('Remove a name');
    assert.deepEqual(project.status().pipelines[0].counts, { stale: 1 });
  });

  it('of which only names are wanted are whole where another input wants the content', () => {
    project.write('data/a', 'content\n');
    write(
      '{cross: [{pfs: {repo: data, glob: "/*", name: names, empty_files: true}}, {pfs: {repo: data, glob: "/*", name: whole}}]}',
      `'cat {names} {whole} > {out}/c'`,
    );
    run();
    assert.ok(statSync(project.path('out/a/a/c')).size > 0);
  });

  it('for reference make nothing stale by their content, but by their path', () => {
    project.write('data/a', 'a\n');
    project.write('atlas/v1/labels', 'one\n');
    const input = (glob: string): string =>
      `{cross: [{pfs: {repo: data, glob: "/*"}}, {pfs: {repo: atlas, glob: "${glob}", reference: true}}]}`;
    write(input('/v*'), `'cat {data} {atlas}/labels > {out}/c'`);
    run();
    assert.equal(project.read('out/a/v1/c'), 'a\none\n');
    project.write('atlas/v1/labels', 'corrected\n');
    project.commit('Correct the atlas');
    assert.deepEqual(project.status().pipelines[0].counts, { done: 1 });
    project.git('mv', 'atlas/v1', 'atlas/v2');
    project.commit('Another atlas');
    assert.equal(project.status().pipelines[0].counts.done, undefined);
    run();
    assert.equal(project.read('out/a/v2/c'), 'a\ncorrected\n');
  });
});
