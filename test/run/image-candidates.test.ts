import assert from 'node:assert/strict';
import { existsSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { TestProject } from '../rigs/project.ts';

const IMAGE = 'images/tool.img';

describe('an image in a subdataset whose remotes do not have it', () => {
  let project: TestProject;
  let full: TestProject;

  beforeEach(() => {
    // One dataset has the image, a second one knows only that there is one, and the subdataset is a clone of that.
    project = TestProject.make({ annex: true });
    full = TestProject.make({ annex: true });
    full.write('.gitattributes', '* annex.largefiles=nothing\n*.img annex.largefiles=anything\n');
    full.write(IMAGE, 'an image\n');
    full.git('annex', 'add', '--quiet', '.');
    full.commit('Add an image');
    const poor = full.clone('poor');
    poor.git('annex', 'init', '--quiet', 'poor');
    poor.git('remote', 'remove', 'origin');
    project.addSubmodule(poor, 'containers');
    project.at('containers').git('annex', 'init', '--quiet', 'here');
    project.write('.datalad/config', '');
    for (const [key, value] of [
      ['image', `containers/${IMAGE}`],
      ['cmdexec', 'sh -c \'shift; exec "$@"\' run {img} {cmd}'],
    ] as const)
      project.git('config', '-f', '.datalad/config', `datalad.containers.tool.${key}`, value);
    project.write('data/one/a.txt', 'one\n');
    project.write(
      'boxed/spec.yml',
      'input: { pfs: { repo: data, glob: "/*" } }\ntransform: { image: tool, cmd: [cp, "{data}/a.txt", "{out}"] }\n',
    );
    project.commit('Begin');
  });
  afterEach(() => {
    project.remove();
    full.remove();
  });

  const nameSource = (url: string): void => {
    const key = 'datalad.get.subdataset-source-candidate-100mirror';
    project.git('config', '-f', '.datalad/config', key, url);
    project.commit('Name another source');
  };

  it('comes from another place that the subdataset can be cloned from, and stays when that clone is gone', () => {
    nameSource(full.root);
    const { code, stderr } = project.minipach('prefetch');
    assert.equal(code, 0, stderr);
    const sub = project.at('containers');
    assert.equal(sub.read(IMAGE), 'an image\n');
    const key = sub.git('annex', 'lookupkey', IMAGE).trim();
    assert.match(sub.git('annex', 'find', '--in=here', IMAGE), /tool\.img/);
    sub.git('annex', 'fsck', '--quiet', IMAGE);
    assert.ok(realpathSync(sub.path(IMAGE)).endsWith(key));
    assert.equal(sub.git('remote').trim(), 'origin', 'the subdataset has no more remotes than before');
    assert.deepEqual(readdirSync(project.path('.git', 'minipach', 'workspaces')), []);
    assert.equal(project.minipach('run').code, 0);
  });

  it('is said to be nowhere by every place', () => {
    nameSource(full.root);
    full.git('annex', 'drop', '--force', '--quiet', IMAGE);
    const { code, stderr } = project.minipach('prefetch');
    assert.equal(code, 3);
    assert.match(stderr, /could not be fetched: /);
    assert.ok(stderr.includes(`${full.root}: `), stderr);
    assert.ok(!existsSync(project.at('containers').path(IMAGE)));
    renameSync(full.root, `${full.root}-gone`);
    const gone = project.minipach('prefetch');
    assert.equal(gone.code, 3);
    assert.ok(gone.stderr.includes(`${full.root}: `), gone.stderr);
    rmSync(`${full.root}-gone`, { recursive: true, force: true });
  });
});
