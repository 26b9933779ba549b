import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { TestProject } from '../rigs/project.ts';

describe('minipach gc, of images', () => {
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
    project.write('images/tool.img', 'first\n');
    project.write('.datalad/config', '');
    // The image is a file that says what is to be said.
    for (const [key, value] of [
      ['image', 'images/tool.img'],
      ['cmdexec', 'sh -c \'cat "$0"; exec "$@"\' {img} {cmd}'],
    ] as const)
      project.git('config', '-f', '.datalad/config', `datalad.containers.tool.${key}`, value);
    project.write('data/one/a.txt', 'one\n');
    project.write(
      'boxed/spec.yml',
      'input: { pfs: { repo: data, glob: "/*" } }\ntransform: { image: tool, cmd: [cp, "{data}/a.txt", "{out}"] }\n',
    );
    project.commit('Begin');
  });
  afterEach(() => project.remove());

  const stored = (): string[] => readdirSync(project.path('.git', 'minipach', 'images')).sort();
  const gc = (...args: string[]): { count: number; bytes: number } | undefined => {
    const { code, stdout, stderr } = project.minipach('gc', '--json', '--keep-days', '0', ...args);
    assert.equal(code, 0, stderr);
    const { waste } = JSON.parse(stdout) as { waste: { kind: string; count: number; bytes: number }[] };
    return waste.find(({ kind }) => kind === 'images');
  };

  it('removes what no pipeline names, and nothing while it is not known what they name', () => {
    assert.equal(project.minipach('run').code, 0);
    const first = stored();
    assert.ok(first.length > 0);
    assert.equal(gc(), undefined, 'it is in use');
    project.write('images/tool.img', 'the second one\n');
    project.commit('Another image');
    assert.equal(project.minipach('run').code, 0);
    const both = stored();
    const next = both.filter((name) => !first.includes(name));
    assert.ok(next.length > 0 && both.length > next.length);
    project.write('broken/spec.yml', 'input: { pfs: { repo: data, glob: "/*" } }\ntransform: { cmd: 7 }\n');
    project.commit('Break a spec');
    assert.equal(gc(), undefined, 'the broken spec may name it');
    project.git('revert', '--no-edit', 'HEAD');
    assert.deepEqual(gc(), { kind: 'images', count: first.length, bytes: 'first\n'.length });
    assert.deepEqual(stored(), both, 'it was only shown');
    assert.match(project.minipach('gc', '--keep-days', '0').stdout, /that no pipeline names/);
    gc('--yes');
    assert.deepEqual(stored(), next);
    assert.equal(gc(), undefined);
    assert.ok(existsSync(project.path('images', 'tool.img')));
  });
});
