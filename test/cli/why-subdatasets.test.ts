import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { spec, TestProject } from '../rigs/project.ts';
import { filesChanged, why } from '../rigs/why-answers.ts';

describe('why tells what changed in subdatasets', function () {
  this.timeout(120_000);

  it('of files, with the commit that moved the subdataset there', () => {
    const project = TestProject.withCopies(1);
    const samples = TestProject.make();
    try {
      samples.write('s1/a.txt', 'one\n');
      samples.write('s2/a.txt', 'two\n');
      samples.commit('Add samples');
      project.addSubmodule(samples, 'samples');
      project.write('copy/spec.yml', spec('copy', 'samples', '[sh, code/copy.sh, "{samples}", "{out}"]'));
      project.commit('Read the subdataset');
      assert.equal(project.minipach('run').code, 0);
      const inside = project.at('samples');
      const moves: string[] = [];
      for (const [path, text] of [
        ['s2/a.txt', 'other two'],
        ['s1/a.txt', 'other one'],
        ['s2/b.txt', 'more'],
      ] as const) {
        inside.write(path, text);
        inside.commit(`Change ${path}`);
        moves.push(project.commit(`Move to where ${path} is changed`));
      }
      assert.deepEqual(filesChanged(why(project, 'copy/s1')), [
        ['input', 'samples/s1/a.txt', false, false, moves[1]],
      ]);
      assert.deepEqual(filesChanged(why(project, 'copy/s2')), [
        ['input', 'samples/s2/a.txt', false, false, moves[0]],
        ['input', 'samples/s2/b.txt', true, false, moves[2]],
      ]);
      // Its history is written anew, and what it was is gone.
      inside.git('switch', '--quiet', '--orphan', 'fresh');
      inside.write('s1/a.txt', 'other one');
      inside.commit('Begin again');
      inside.git('remote', 'remove', 'origin');
      inside.git('branch', '--quiet', '-D', 'main');
      inside.git('reflog', 'expire', '--expire=now', '--all');
      inside.git('gc', '--quiet', '--prune=now');
      project.commit('Move to where it begins again');
      const lost = why(project, 'copy/s1');
      assert.deepEqual(lost.changes, []);
      assert.match(
        lost.reason ?? '',
        /cannot be looked at, because the subdataset samples does not have the commit [0-9a-f]{8} any more .*`git -C samples fetch --all`/,
      );
    } finally {
      samples.remove();
      project.remove();
    }
  });

  it('of files in subdatasets of subdatasets, and annexed ones in whichever form they are', function () {
    if (spawnSync('datalad', ['--version']).error !== undefined) this.skip();
    const set = TestProject.make();
    try {
      const create = ['-l', 'error', 'create'];
      set.ok('datalad', [...create, '--force', '.']);
      for (const path of ['data', 'data/inner']) set.ok('datalad', [...create, '-d', '.', path]);
      const save = (message: string): string => {
        set.ok('datalad', ['-l', 'error', 'save', '-r', '-m', message]);
        return set.head();
      };
      const pipelines = [
        ['deep', 'data/inner'],
        ['plain', 'own'],
      ] as const;
      for (const [name, repo] of pipelines) {
        set.write(`${repo}/s/a.dat`, 'one\n');
        const text = spec(name, repo, '"cp {x}/a.dat {out}/"').replace('glob:', 'name: x\n    glob:');
        set.write(`${name}/spec.yml`, text);
      }
      set.write('.gitattributes', `${set.read('.gitattributes')}spec.yml annex.largefiles=nothing\n`);
      save('Start');
      const run = set.minipach('run');
      assert.equal(run.code, 0, run.stderr);
      const found = new Map<string, string>();
      for (const [name, repo] of pipelines) {
        set.write(`${repo}/s/a.dat`, 'longer\n');
        found.set(name, save(`Change ${repo}`));
      }
      set.write('data/inner/t.dat', 'move on\n');
      set.git('annex', 'unlock', '--quiet', 'own/s/a.dat');
      save('Move on, and unlock');
      for (const [name, repo] of pipelines) {
        const report = why(set, `${name}/s`);
        assert.deepEqual(filesChanged(report), [['input', `${repo}/s/a.dat`, false, false, found.get(name)]]);
        assert.match(report.changes[0]?.after ?? '', /^MD5E-s7--[0-9a-f]{32}\.dat$/);
        assert.match(
          set.minipach('why', `${name}/s`).stdout,
          /a\.dat {2}MD5E [0-9a-f]{8}, 4 B → MD5E [0-9a-f]{8}, 7 B$/m,
        );
      }
    } finally {
      set.remove();
    }
  });
});
