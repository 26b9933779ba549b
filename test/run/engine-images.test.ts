import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ended, spec, TestProject } from '../rigs/project.ts';

const DIGEST = `sha256:${'7'.repeat(64)}`;
const FULL = `docker.io/library/python@${DIGEST}`;

/**
 * There is no engine where the tests run: this stands in for docker's command line. It has what was pulled, takes a second
 * to pull, fails as often as it is told to, and knows one digest; it notes each pull.
 */
const DOCKER = `#!/bin/sh
here=$(dirname "$0")
case "$1" in
  pull)
    echo "$*" >> "$here/pulls"
    sleep 1
    if test -s "$here/failures"; then sed -i 1d "$here/failures"; echo 'Error: the registry is away' >&2; exit 1; fi
    : > "$here/has-$(echo "$3" | tr '/:@' '___')" ;;
  image)
    test -e "$here/has-$(echo "$5" | tr '/:@' '___')" || exit 1
    echo "python@${DIGEST}" ;;
esac
`;

describe('images from registries', function () {
  this.timeout(60_000);
  let project: TestProject;
  let bin: string;
  let variables: NodeJS.ProcessEnv;
  beforeEach(() => {
    project = TestProject.make();
    bin = join(dirname(project.root), 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'docker'), DOCKER, { mode: 0o755 });
    variables = { PATH: `${bin}:${process.env['PATH']}` };
    project.write('data/one/a.txt', 'one\n');
    project.write('boxed/spec.yml', spec('boxed', 'data', '[python, -V]', '  image: python:3.12\n'));
    project.commit('Begin');
  });
  afterEach(() => project.remove());

  const pulls = (): readonly string[] =>
    existsSync(join(bin, 'pulls')) ? readFileSync(join(bin, 'pulls'), 'utf8').trim().split('\n') : [];
  const pin = (): void => {
    project.write(
      '.minipach/images.lock',
      JSON.stringify({ version: 1, images: { 'python:3.12': { digest: DIGEST } } }),
    );
    project.commit('Pin it');
  };

  it('are pinned by prefetch, beside what is pinned already, in a file that git keeps', () => {
    const other = { 'busybox:1': { digest: `sha256:${'1'.repeat(64)}` } };
    project.write('.minipach/images.lock', JSON.stringify({ version: 1, images: other }));
    const { code, stdout, stderr } = project.minipachWith(variables, 'prefetch', 'python:3.12');
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'Pinned python:3.12 in .minipach/images.lock: commit it, and datums are known.\n');
    assert.deepEqual(JSON.parse(project.read('.minipach/images.lock')), {
      version: 1,
      images: { ...other, 'python:3.12': { digest: DIGEST } },
    });
    assert.match(project.read('.minipach/.gitattributes'), /annex\.largefiles=nothing/);
    const again = project.minipachWith(variables, 'prefetch', '--json', 'python:3.12').stdout;
    const { event, severity, message } = JSON.parse(again.trim().split('\n').at(-1) ?? '');
    assert.deepEqual([event, severity, `${message}\n`], ['message', 'information', stdout]);
    project.commit('Pin it');
    assert.deepEqual(project.status().pipelines[0].counts, { pending: 1 });
    assert.equal(project.status().pipelines[0].image.key, DIGEST);
  });

  it('are pulled once by their digest, whoever asks for them at the same time, and tried again', async () => {
    pin();
    writeFileSync(join(bin, 'failures'), '1\n');
    const asking = [1, 2, 3].map(() => ended(project.startWith(variables, ['prefetch'])));
    assert.deepEqual(await Promise.all(asking), [0, 0, 0]);
    assert.deepEqual(pulls(), [`pull --quiet ${FULL}`, `pull --quiet ${FULL}`]);
    assert.equal(project.minipachWith(variables, 'prefetch').code, 0);
    assert.equal(pulls().length, 2, 'and not again');
  });

  it('that cannot be had stop their pipelines, with what the engine said', () => {
    pin();
    writeFileSync(join(bin, 'failures'), '1\n'.repeat(9));
    const { code, stderr } = project.minipachWith(variables, 'run');
    assert.equal(code, 3);
    assert.match(
      stderr,
      new RegExp(`The image ${FULL} could not be pulled: Error: the registry is away\\. None of the jobs of`),
    );
    assert.deepEqual(project.status().pipelines[0].counts, { pending: 1 });
  });

  it('are named by specs, or prefetch says which are', () => {
    const { code, stderr } = project.minipachWith(variables, 'prefetch', 'pyton');
    assert.equal(code, 2);
    assert.match(stderr, /No committed spec names the image pyton; there are python:3\.12\./);
  });
});
