import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { spec, TestProject } from '../rigs/project.ts';
import { assertWhole, takeDown } from '../rigs/whole-project.ts';

/** DataLad 0.18 itself breaks at these in any tracked name, so that they are not replayed. */
const TAB = 'tab\there';
const NEWLINE = 'new\nline';

/** Names that a shell, git, a glob, YAML or DataLad's own formats could take for something else. */
const NAMES = [
  'a b',
  ' lead and trail ',
  "it's",
  'say "so"',
  '$(touch hacked)',
  '`touch hacked`',
  `\${HOME} $HOME`,
  '-rf',
  '--help',
  'semi;touch hacked',
  'pipe|touch hacked&',
  '> hacked',
  'a*b?[c]',
  '{data} {{x}} {out}',
  '%s %n',
  'back\\slash\\n',
  '!history #comment',
  '~',
  'caf\u00e9',
  'cafe\u0301',
  '日本語 🧠',
  'x'.repeat(200),
] as const;

for (const annex of [false, true])
  describe(`names of all kinds in ${annex ? 'a git-annex' : 'a plain git'} project`, function () {
    this.timeout(120_000);
    let project: TestProject;
    afterEach(() => project.remove());

    /** Datums of these names, with a file of the same name each, and a command that leaves one of that name. */
    const run = (cmd: string, ...more: readonly string[]): void => {
      project = TestProject.make({ annex });
      const names = [...NAMES, ...more];
      for (const name of names)
        for (const file of [name, ...more]) project.write(`data/${name}/${file}`, `${name} ${file}\n`);
      project.write('code/copy.sh', 'cp -- "$1"/* "$2"/ && cat -- "$1"/* > "$2/all"\n');
      project.write('out/spec.yml', spec('out', 'data', cmd));
      if (annex) project.git('annex', 'add', '--quiet', 'data');
      project.commit('Begin');
      const was = takeDown(project);
      const result = project.minipach('run');
      assert.equal(result.code, 0, result.stdout + result.stderr);
      assert.deepEqual(project.status().pipelines[0].counts, { done: names.length });
      for (const name of names) {
        assert.deepEqual(
          readdirSync(project.path('out', name)).sort(),
          [...new Set([name, ...more, 'all'])].sort(),
        );
        for (const file of [name, ...more])
          assert.equal(project.read(`out/${name}/${file}`), `${name} ${file}\n`);
      }
      for (const name of names) assert.equal(project.minipach('logs', `out/${name}`).code, 0, name);
      assertWhole(project, was, 'named');
      assert.ok(!existsSync(project.path('hacked')));
    };

    it('are run and recorded, and nothing in them is interpreted', () => {
      run('[sh, code/copy.sh, "{data}", "{out}"]', TAB, NEWLINE);
    });

    it(`are replayed by DataLad, from a ${annex ? 'list' : 'string'}`, function () {
      this.timeout(300_000);
      run(
        annex
          ? '[sh, code/copy.sh, "{data}", "{out}"]'
          : `'cp -- {data}/* {out}/ && cat -- "$data"/* > {out}/all'`,
      );
      const head = project.head();
      project.ok('datalad', ['rerun', '--since', `HEAD~${NAMES.length}`, 'HEAD']);
      assert.equal(project.head(), head, 'a replay with the same result makes no commit');
      assert.equal(project.git('status', '--porcelain'), '');
      assert.ok(!existsSync(project.path('hacked')));
    });
  });
