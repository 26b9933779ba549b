import assert from 'node:assert/strict';
import { arrayName, arrayOptions, arrayScript, recordScript } from '../../src/plan/slurm-script.ts';
import { parseConfig } from '../../src/spec/config.ts';
import { parseSpec } from '../../src/spec/parse.ts';

function arrayOf(spec: string, settings = '', tasks = 20) {
  const text = `input: { pfs: { repo: data, glob: "/*" } }\ntransform: { cmd: [x] }\n${spec}`;
  const parsed = parseSpec(text, { directory: 'edges' });
  assert.deepEqual(parsed.diagnostics, []);
  const { config } = parseConfig(settings === '' ? '' : `slurm: { ${settings} }`);
  if (parsed.spec === undefined || config === undefined) throw new Error('not valid');
  return {
    name: 'edges.1a',
    spec: parsed.spec,
    config: config.slurm,
    tasks,
    folder: '/p/.git/minipach/runs/r/slurm/edges.1a',
    node: '/opt/node/bin/node',
    program: '/opt/mini pach/minipach.cjs',
    root: '/p',
  };
}

describe('the options of a Slurm array', () => {
  /** Of a spec's last lines, with settings, beside those that every array has. */
  const cases: [spec: string, settings: string, options: string[]][] = [
    ['', '', []],
    ['resource_requests: { cpu: 1.5, memory: 4G }', '', ['--cpus-per-task=2', '--mem=4071M']],
    [
      'resource_limits: { cpu: 4, memory: 1Gi, disk: 10Gi }',
      '',
      ['--cpus-per-task=4', '--mem=1280M', '--tmp=10240M'],
    ],
    ['resource_requests: { gpu: { type: a100, number: 2 } }', '', ['--gres=gpu:a100:2']],
    ['', 'memory: 512M, time: 2h', ['--mem=489M', '--time=02:00:00']],
    ['resource_requests: { memory: 2Gi }', 'memory: 512M', ['--mem=2304M']],
    ['datum_timeout: 1m', 'time: 2h', ['--time=00:03:00']],
    ['datum_timeout: 1h\ndatum_set_spec: { number: 30 }', '', ['--time=1-06:02:00']],
    ['datum_timeout: 1s', 'datums_per_task: 10', ['--time=00:02:10']],
    [
      'scheduling_spec: { partition: own }',
      'partition: all, account: lab',
      ['--partition=own', '--account=lab'],
    ],
    ['', 'qos: q, constraint: "a&b"', ['--qos=q', '--constraint=a&b']],
    ['', 'options: ["--exclusive", "--comment=two words"]', ['--exclusive', '--comment=two words']],
  ];
  for (const [spec, settings, options] of cases) {
    it(`of ${JSON.stringify(spec)} with ${JSON.stringify(settings)}`, () => {
      assert.deepEqual(arrayOptions(arrayOf(spec, settings)), [
        '--job-name=edges.1a',
        '--array=0-19',
        '--output=/p/.git/minipach/runs/r/slurm/edges.1a/%a.log',
        '--open-mode=append',
        ...options,
      ]);
    });
  }

  it('let as many tasks run at once as the spec or the settings say', () => {
    const rangeOf = (spec: string, settings: string): string | undefined =>
      arrayOptions(arrayOf(spec, settings))[1];
    assert.equal(rangeOf('parallelism_spec: { constant: 4 }', ''), '--array=0-19%4');
    assert.equal(rangeOf('parallelism_spec: { constant: 4 }', 'parallelism: 7'), '--array=0-19%4');
    assert.equal(rangeOf('', 'parallelism: 7'), '--array=0-19%7');
    assert.equal(rangeOf('', 'parallelism: 20'), '--array=0-19');
  });
});

describe('the script of a Slurm array', () => {
  it('asks first, then runs the preamble, then says what a node lacks, then is Minipach', () => {
    assert.equal(
      arrayScript(arrayOf('', 'preamble: "module load x\\n", options: ["--comment=two \\"words\\""]')),
      `#!/bin/bash
#SBATCH --job-name=edges.1a
#SBATCH --array=0-19
#SBATCH --output=/p/.git/minipach/runs/r/slurm/edges.1a/%a.log
#SBATCH --open-mode=append
#SBATCH "--comment=two \\"words\\""
module load x
ELECTRON_RUN_AS_NODE=1 /opt/node/bin/node --version >/dev/null || exit 90
[ -r '/opt/mini pach/minipach.cjs' ] || exit 91
cd /p && [ -e .git ] || exit 92
ELECTRON_RUN_AS_NODE=1 exec /opt/node/bin/node '/opt/mini pach/minipach.cjs' slurm-task /p/.git/minipach/runs/r/slurm/edges.1a
`,
    );
  });

  it('of the job that records begins when the array has ended, and asks for little', () => {
    const script = recordScript(
      arrayOf('resource_requests: { memory: 64G }', 'account: lab, qos: q'),
      '17',
      'r',
    );
    assert.match(script, /^#SBATCH --job-name=record.edges.1a$/m);
    assert.match(script, /^#SBATCH --dependency=afterany:17$/m);
    assert.match(script, /^#SBATCH --account=lab$/m);
    assert.doesNotMatch(script, /--mem|--array/);
    assert.match(script, / slurm-record r\n$/);
  });

  it('has a name that Slurm and file systems take', () => {
    assert.equal(arrayName('edges', '1a'), 'edges.1a');
    assert.equal(arrayName('my edges/ä', '1a'), 'my-edges-.1a');
    assert.ok(arrayName('x'.repeat(300), '1a').length < 60);
  });

  it('keeps percent signs of a path from Slurm', () => {
    assert.equal(arrayOptions({ ...arrayOf(''), folder: '/p/100%a' })[2], '--output=/p/100%%a/%a.log');
  });
});

describe("the script of an array that works on nodes' disks", () => {
  const scratch = {
    folder: '$TMPDIR',
    source: '/data/st ore',
    seesProject: false,
    commit: 'c0',
    branch: 'refs/heads/main',
    run: 'r',
    subdatasets: ['sub'],
    binds: ['/data:/data'],
    jobs: [['k1', 'k2'], ['k3']],
  };

  it('goes to a folder there, and tells each task its jobs and where to clone from', () => {
    const lines = arrayScript({ ...arrayOf('', '', 2), scratch }).split('\n');
    assert.ok(lines.includes('#SBATCH --output=/dev/null'));
    assert.deepEqual(lines.slice(-8, -1), [
      'scratch=$(set -u; printf %s "$TMPDIR")/minipach-$UID && mkdir -p -- "$scratch/task-logs" && cd -- "$scratch" || exit 93',
      `exec >>"task-logs/\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID.log" 2>&1`,
      'case $SLURM_ARRAY_TASK_ID in',
      '0) set -- k1 k2 ;;',
      '1) set -- k3 ;;',
      'esac',
      `ELECTRON_RUN_AS_NODE=1 exec /opt/node/bin/node '/opt/mini pach/minipach.cjs' run-detached --tidy --scratch="$PWD" '--source=/data/st ore' --commit=c0 --branch=refs/heads/main --run=r --subdataset=sub --bind=/data:/data -- "$@"`,
    ]);
  });

  it('leaves its words in the project where nodes see it', () => {
    const script = arrayScript({ ...arrayOf('', '', 2), scratch: { ...scratch, seesProject: true } });
    assert.match(script, /--output=\/p\/\.git\/minipach\/runs\/r\/slurm\/edges\.1a\/%a\.log/);
    assert.doesNotMatch(script, /exec >>/);
  });
});
