import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { imageFacts } from '../../src/plan/image-facts.ts';
import type { PipelineReport, StatusReport } from '../../src/plan/report.ts';
import type { RunEvent } from '../../src/plan/run-event.ts';
import { spec, TestProject } from '../rigs/project.ts';

const CONTAINER = `[datalad "containers.tool"]
	image = .datalad/environments/tool/image
	cmdexec = no-such-runtime exec {img} {cmd}
`;

const IMAGE = '.datalad/environments/tool/image';

/** A spec that leaves a trace where its command runs. */
const inImage = (name: string, image: string): string =>
  spec(name, 'data', '[sh, code/copy.sh, "{data}", "{out}"]', `  image: ${image}\n`);

describe('pipelines in images', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.withCopies(2);
  });
  afterEach(() => project.remove());

  /** The report of a pipeline other than `copy`. */
  function planned(name = 'boxed'): PipelineReport {
    const { stdout, stderr } = project.minipach('plan', '--json');
    const report = JSON.parse(stdout || assert.fail(stderr)) as StatusReport;
    return report.pipelines.find((pipeline) => pipeline.name === name) ?? assert.fail(stdout);
  }

  const jobs = (): readonly (string | null)[] => planned().datums.map((datum) => datum.job);

  it('plan --json tells image and state, and keys follow the content alone', () => {
    project.write('.datalad/config', CONTAINER);
    project.write(IMAGE, 'an image\n');
    project.write('boxed/spec.yml', inImage('boxed', 'tool'));
    project.commit('Add an image');
    const blob = project.git('rev-parse', `HEAD:${IMAGE}`).trim();
    assert.deepEqual(planned().image, { name: 'tool', key: blob, state: 'present', bytesToFetch: 0 });
    assert.deepEqual(planned().counts, { pending: 2 });
    assert.equal(planned('copy').image, null);
    const before = jobs();
    // Another name for the same.
    project.write('.datalad/config', CONTAINER.replace('containers.tool', 'containers.renamed'));
    project.write('boxed/spec.yml', inImage('boxed', 'renamed'));
    project.commit('Rename the container');
    assert.deepEqual(jobs(), before);
    project.write(
      '.datalad/config',
      CONTAINER.replace('containers.tool', 'containers.renamed').replace('exec', 'run'),
    );
    assert.deepEqual(JSON.parse(project.minipach('plan', '--json').stdout).dirty, ['.datalad/config']);
    project.commit('Run it otherwise');
    const otherwise = jobs();
    assert.notDeepEqual(otherwise, before);
    project.write(IMAGE, 'another image\n');
    project.commit('Update the image');
    assert.notDeepEqual(jobs(), otherwise);
  });

  it('plan tells how much of an annexed image is to be fetched', function () {
    if (spawnSync('git-annex', ['version']).status !== 0) this.skip();
    project.git('annex', 'init', '--quiet', 'test');
    project.write('images/tool.sif', 'x'.repeat(5000));
    project.git('annex', 'add', '--quiet', 'images/tool.sif');
    project.write('boxed/spec.yml', inImage('boxed', 'images/tool.sif'));
    project.commit('Add an annexed image');
    const here = planned().image;
    assert.equal(here?.state, 'present');
    assert.match(here?.key ?? '', /^[A-Z0-9]+-s5000--/);
    const clone = project.clone('clone');
    const there = JSON.parse(clone.minipach('status', '--json').stdout) as StatusReport;
    assert.deepEqual(there.pipelines[0]?.image, { ...here, state: 'absent', bytesToFetch: 5000 });
    assert.equal(there.pipelines[0]?.datums[0]?.bytesToFetch, 0);
    assert.match(
      clone.minipach('plan').stdout,
      /boxed.*\n {2}image images\/tool\.sif \(not here, 5\.0 kB to fetch\)/,
    );
    assert.match(project.minipach('plan').stdout, /\n {2}image images\/tool\.sif \(here\)/);
    // `check` says it of the clone alone, until the content is fetched, and not where the rule is off.
    assert.equal(project.minipach('check').stdout, '2 specs checked, 0 errors.\n');
    const told = clone.minipach('check');
    assert.equal(told.code, 0);
    assert.match(
      told.stdout,
      /^boxed\/spec\.yml:9:10: information: The content of the image `images\/tool\.sif` \(5\.0 kB\) is not here yet; .* \[image-absent\]$/m,
    );
    assert.doesNotMatch(clone.minipach('check', '--off', 'image-absent').stdout, /image-absent/);
    clone.git('annex', 'get', '--quiet', 'images/tool.sif');
    assert.equal(clone.minipach('check').stdout, '2 specs checked, 0 errors.\n');
  });

  it('wait while nobody has said which docker image is meant', () => {
    project.write('boxed/spec.yml', inImage('boxed', 'python:3.12'));
    project.commit('Name a docker image');
    const waiting = planned();
    assert.deepEqual(waiting.image, { name: 'python:3.12', key: null, state: 'unknown', bytesToFetch: 0 });
    assert.deepEqual(waiting.counts, { blocked: 2 });
    assert.match(waiting.datums[0]?.reason ?? '', /^No digest is known for its image `python:3\.12`/);
    assert.deepEqual(
      waiting.diagnostics.map(({ rule, severity }) => `${severity} ${rule}`),
      ['information docker-image'],
    );
    const digest = `sha256:${'5'.repeat(64)}`;
    const lock = { version: 1, images: { 'python:3.12': { digest } } };
    project.write('.minipach/images.lock', JSON.stringify(lock));
    project.commit('Pin it');
    assert.deepEqual(planned().counts, { pending: 2 });
    assert.equal(planned().image?.key, digest);
    const before = jobs();
    project.write('boxed/spec.yml', inImage('boxed', `docker.io/library/python:3@${digest}`));
    project.commit('Call it otherwise');
    assert.deepEqual(jobs(), before);
  });

  it('can be in a subdataset, and are never called wrong where it is not installed', () => {
    const tools = TestProject.make();
    try {
      tools.write('.datalad/config', CONTAINER);
      tools.commit('Register a container');
      tools.write(IMAGE, 'an image\n');
      tools.commit('Add its image');
      const add = ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', tools.root, 'tools'];
      project.git(...add);
      project.write('boxed/spec.yml', inImage('boxed', 'tools/tool'));
      project.commit('Add a subdataset with containers');
      const blob = tools.git('rev-parse', `HEAD:${IMAGE}`).trim();
      const image = { name: 'tools/tool', key: blob, state: 'present', bytesToFetch: 0 };
      assert.deepEqual(planned().image, image);
      assert.deepEqual(planned().counts, { pending: 2 });
      assert.equal(project.minipach('check').stdout, '2 specs checked, 0 errors.\n');
      const before = jobs();
      project.write('boxed/spec.yml', inImage('boxed', 'tool'));
      project.commit('Name it without its subdataset');
      assert.deepEqual(planned().image, { ...image, name: 'tool' });
      assert.deepEqual(jobs(), before);
      project.write('boxed/spec.yml', inImage('boxed', 'tools/tool'));
      project.commit('Name it with its subdataset');
      const clone = project.clone('clone');
      const [pipeline] = clone.status().pipelines;
      assert.deepEqual(pipeline.diagnostics, []);
      assert.deepEqual(pipeline.counts, { blocked: 2 });
      assert.match(
        pipeline.datums[0].reason,
        /^Waits for the subdataset tools, which is not installed: run `.*tools`\.$/,
      );
    } finally {
      tools.remove();
    }
  });

  it('check and plan refuse what is not there', () => {
    project.write('.datalad/config', CONTAINER);
    project.write('boxed/spec.yml', inImage('boxed', 'toool'));
    const early = project.minipach('check');
    assert.match(early.stdout, /information: .*\[docker-image\]/, 'no container is committed yet');
    assert.equal(early.code, 0);
    project.commit('Misspell a container');
    const checked = project.minipach('check');
    assert.equal(checked.code, 2);
    assert.match(checked.stdout, /boxed\/spec\.yml:9:10: error: .*did you mean `tool`\?.*\[unknown-image\]/);
    project.write('boxed/spec.yml', inImage('boxed', 'tool'));
    project.commit('Spell it right');
    const plan = project.minipach('plan');
    assert.equal(plan.code, 2);
    assert.match(
      plan.stderr,
      /its image `\.datalad\/environments\/tool\/image` is not committed.*\[image-not-found\]/,
    );
  });

  it('that cannot be run here are left out of a run by name, and nothing of them runs on the host', () => {
    project.write('.datalad/config', CONTAINER);
    project.write(IMAGE, 'an image\n');
    project.write('boxed/spec.yml', inImage('boxed', 'tool'));
    project.write('after/spec.yml', spec('after', 'boxed', '[sh, code/copy.sh, "{boxed}", "{out}"]'));
    project.commit('Add a pipeline in an image');
    const { code, stdout, stderr } = project.minipach('run');
    assert.equal(code, 3);
    assert.match(
      stderr,
      /^The image `tool` is run by no-such-runtime, which is not installed here: .* None of the jobs of `boxed` is started/m,
    );
    assert.match(stdout, /2 done, 1 pipeline not started/);
    assert.equal(project.executions(), 2, 'those of `copy`');
    assert.deepEqual(planned().counts, { pending: 2 });
    assert.ok(!existsSync(project.path('boxed', 'd0001')));
    const again = project.minipach('run', '--json', 'boxed');
    assert.equal(again.code, 3);
    const events = again.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent);
    assert.deepEqual(
      events.map(({ event }) => event),
      ['run-started', 'message', 'run-finished'],
    );
    assert.ok(events[0]?.event === 'run-started' && events[0].jobs === 0);
    assert.equal(project.minipach('run', 'copy').code, 0, 'what was not asked for is not refused');
    assert.equal(project.executions(), 2);
  });
});

describe('containers that DataLad itself registers', function () {
  this.timeout(120_000);

  it('are found', function () {
    if (spawnSync('datalad', ['containers-add', '--version']).status !== 0) this.skip();
    const project = TestProject.make();
    try {
      project.ok('datalad', ['create', '--force', '.']);
      project.write('../tool.sif', 'an image\n');
      const format = 'singularity exec -B "$PWD" {img} {cmd} # not a comment';
      const url = project.path('..', 'tool.sif');
      project.ok('datalad', ['containers-add', 'tool', '--url', url, '--call-fmt', format]);
      project.write('data/a/x.txt', 'x\n');
      project.write('code/copy.sh', 'cp "$1/x.txt" "$2"\n');
      project.write('boxed/spec.yml', inImage('boxed', 'tool'));
      project.commit('Add a pipeline');
      const [pipeline] = project.status().pipelines;
      assert.deepEqual(pipeline.diagnostics, []);
      assert.deepEqual(pipeline.counts, { pending: 1 });
      assert.match(pipeline.image.key, /-s9--/);
      assert.equal(pipeline.image.state, 'present');
      const { containers } = imageFacts([['.datalad/config', project.read('.datalad/config')]]);
      assert.equal(containers.get('tool')?.[0]?.cmdexec, format);
    } finally {
      project.remove();
    }
  });
});
