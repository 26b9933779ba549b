import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ended, TestProject } from '../rigs/project.ts';
import { assertWhole, takeDown } from '../rigs/whole-project.ts';

/** One project through every kind of run; after each, git and git-annex find it whole and nothing of ours is left. */
for (const kind of ['plain git', 'locked', 'thin'] as const) {
  describe(`a project with ${kind} results`, function () {
    this.timeout(180_000);
    let project: TestProject;
    after(() => project.remove());

    const text = (cmd: string, more = ''): string =>
      `input: {pfs: {repo: data, glob: "/*", name: data}}\ntransform:\n  cmd: '${cmd}'\n${more}`;
    const states = (): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const pipeline of project.status().pipelines)
        for (const [state, count] of Object.entries(pipeline.counts as Record<string, number>))
          counts[state] = (counts[state] ?? 0) + count;
      return counts;
    };

    it('is whole after every kind of run', async () => {
      project = TestProject.make({ annex: kind !== 'plain git' });
      if (kind === 'thin') project.git('config', 'annex.addunlocked', 'true');
      if (kind === 'thin') project.git('config', 'annex.thin', 'true');
      for (const name of ['one', 'two', 'three']) project.write(`data/${name}/a.dat`, `${name}\n`);
      project.write('.gitattributes', '*.txt annex.largefiles=nothing\n');
      project.write('p/spec.yml', text('cp {data}/a.dat {out}/b.dat; echo text > {out}/c.txt'));
      if (kind !== 'plain git') project.git('annex', 'add', '--quiet', 'data');
      project.commit('Begin');
      const was = takeDown(project);
      const run = (what: string, code: number, expected: Record<string, number>, ...args: string[]): void => {
        const result = project.minipach('run', ...args);
        assert.equal(result.code, code, `${what}: ${result.stdout}${result.stderr}`);
        assert.deepEqual(states(), expected, what);
        assertWhole(project, was, what);
      };
      const change = (path: string, content: string): void => {
        project.write(path, content);
        if (kind !== 'plain git' && path.startsWith('data/')) project.git('annex', 'add', '--quiet', path);
        project.commit(`Change ${path}`);
      };
      const beside = project.path('..');

      run('done', 0, { done: 3 });
      assert.equal(
        project.git('ls-files', '-s', 'p/one/b.dat').slice(0, 6),
        kind === 'locked' ? '120000' : '100644',
      );
      run('nothing to do', 0, { done: 3 });
      change('data/twin/a.dat', 'one\n');
      run('copied', 0, { done: 4 });
      change('data/one/a.dat', 'new\n');
      run('stale', 0, { done: 4 });
      assert.equal(project.read('p/one/b.dat'), 'new\n');
      project.git('rm', '-rq', 'data/twin');
      project.commit('Drop a datum');
      run('orphaned', 0, { done: 3, orphaned: 1 });
      project.git('rm', '-rq', 'p/twin');
      project.commit('Drop its result');

      change('p/spec.yml', text('cp {data}/a.dat {out}/b.dat; test {datum} != two', 'datum_tries: 2\n'));
      run('failed', 1, { done: 2, failed: 1 });
      run('failed earlier', 1, { done: 2, failed: 1 });
      run('failed again', 1, { done: 2, failed: 1 }, '--retry-failed');
      change(
        'p/spec.yml',
        text('cp {data}/a.dat {out}/b.dat; test {datum} != two', '  err_cmd: ["true"]\ndatum_tries: 1\n'),
      );
      run('recovered', 0, { done: 2, recovered: 1 }, '--retry-failed');

      const waits = `if [ {datum} = two ]; then touch "${beside}/on"; until [ -e "${beside}/go" ]; do sleep 0.02; done; fi`;
      change('p/spec.yml', text(`cp {data}/a.dat {out}/d.dat; ${waits}`));
      const begin = async () => {
        rmSync(project.path('../on'), { force: true });
        const runner = project.start(['run', '-j', '2']);
        while (!existsSync(project.path('../on'))) await delay(20);
        return runner;
      };
      const stopped = await begin();
      stopped.kill('SIGTERM');
      assert.equal(await ended(stopped), 130);
      assertWhole(project, was, 'stopped');
      const killed = await begin();
      killed.kill('SIGKILL');
      await ended(killed);
      writeFileSync(project.path('../go'), '');
      run('killed and resumed', 0, { done: 3 });

      change(
        'p/spec.yml',
        text(
          'cp {data}/a.dat {out}/b.dat; echo x > {out}/x.log; mkdir {out}/tmp; echo y > {out}/tmp/y',
          'discard: ["*.log", "tmp/**"]\n',
        ),
      );
      run('discarded', 0, { done: 3 });
      change(
        'p/spec.yml',
        text(
          'cp {data}/a.dat {out}/$(basename {data}).dat; echo same > {out}/same.dat',
          'output: "."\nidentity: path\n',
        ),
      );
      run('shared files', 0, { done: 3 });
      change(
        'p/spec.yml',
        text(
          'cp {data}/a.dat {out}/$(basename {data}).dat; echo other > {out}/same.dat',
          'output: "."\nidentity: path\n',
        ),
      );
      run('changed shared files', 0, { done: 3 });
      change('p/spec.yml', text('mkdir {out}/deep; cp -r {data} {out}/deep/'));
      run('copied links', 0, { done: 3 });
      assert.equal(project.read('p/two/deep/two/a.dat'), 'two\n');
      project.git('rm', '-rq', 'p/one', 'p/two', 'p/three');
      project.commit('Remove results');
      run('removed', 0, { done: 3 });
    });
  });
}
