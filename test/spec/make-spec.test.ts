import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { leavesOf, type Spec } from '../../src/spec/model.ts';
import { parseSpec } from '../../src/spec/parse.ts';

const GOOD = `pipeline:
  name: edges
description: Edge detection.
input:
  pfs: { repo: images, glob: "/*" }
transform:
  cmd: [python3, code/edges.py, "{images}", "{out}"]
`;

/** What a `pfs` input says about itself when nothing is written but what it must have. */
const PLAIN_INPUT = {
  kind: 'pfs',
  joinOn: '',
  outerJoin: false,
  groupBy: '',
  emptyFiles: false,
  reference: false,
  upstream: undefined,
};

const NO_RESOURCES = { cpu: undefined, memory: undefined, disk: undefined, gpu: undefined };

function specOf(text: string): Spec {
  const { spec, diagnostics } = parseSpec(text, { directory: 'derivatives/edges' });
  assert.deepEqual(diagnostics, []);
  assert.ok(spec !== undefined);
  return spec;
}

describe('the model of a spec', () => {
  it('fills in every default', () => {
    assert.deepEqual(specOf(GOOD), {
      name: 'edges',
      description: 'Edge detection.',
      input: { ...PLAIN_INPUT, name: 'images', repo: 'images', glob: '/*' },
      transform: {
        cmd: ['python3', 'code/edges.py', '{images}', '{out}'],
        image: undefined,
        stdin: undefined,
        errCmd: undefined,
        errStdin: undefined,
        env: {},
        workingDir: '',
        acceptReturnCode: [],
        code: [],
        context: [],
      },
      output: '{datum}',
      discard: [],
      identity: 'content',
      salt: undefined,
      datumTries: 3,
      datumTimeout: undefined,
      jobTimeout: undefined,
      parallelism: undefined,
      datumsPerTask: 1,
      requests: NO_RESOURCES,
      limits: NO_RESOURCES,
      scheduling: { partition: undefined, constraint: undefined, qos: undefined },
    });
  });

  it('reads every field', () => {
    const spec = specOf(`
pipeline: { name: all }
description: >
  Everything
  at once.
metadata:
  annotations: { who: me }
  labels: { study: pilot }
input:
  pfs:
    repo: raw/t1-w
    glob: /sub-(*)/
    name: t1
    empty_files: true
    reference: true
    upstream: available
transform:
  image: images/fsl.sif
  cmd:
    - run
    - [-i, "{t1}"]
    - "{t1.1}"
  stdin: [one, two]
  err_cmd: touch {scratch}/failed
  err_stdin: [three]
  env: { THREADS: "{cpus}", NAME: "{datum}", MEM: "{memory_mb}" }
  working_dir: code
  accept_return_code: [1, 2]
  code: ["code/**"]
  context: [participants.tsv]
output: sub-{1}
discard: ["**.log"]
identity: path
salt: "2"
datum_timeout: 1h30m
datum_tries: 1
job_timeout: 12h
parallelism_spec: { constant: 4 }
resource_requests: { cpu: 2.5, memory: 8Gi, disk: 1e3M, gpu: { type: a100, number: 2 } }
resource_limits: { memory: 1000000 }
scheduling_spec: { partition: long, constraint: avx2, qos: high }
datum_set_spec: { number: 10 }
`);
    assert.deepEqual(spec, {
      name: 'all',
      description: 'Everything at once.\n',
      input: {
        kind: 'pfs',
        name: 't1',
        repo: 'raw/t1-w',
        glob: '/sub-(*)/',
        joinOn: '',
        outerJoin: false,
        groupBy: '',
        emptyFiles: true,
        reference: true,
        upstream: 'available',
      },
      transform: {
        image: 'images/fsl.sif',
        cmd: ['run', ['-i', '{t1}'], '{t1.1}'],
        stdin: ['one', 'two'],
        errCmd: 'touch {scratch}/failed',
        errStdin: ['three'],
        env: { THREADS: '{cpus}', NAME: '{datum}', MEM: '{memory_mb}' },
        workingDir: 'code',
        acceptReturnCode: [1, 2],
        code: ['code/**'],
        context: ['participants.tsv'],
      },
      output: 'sub-{1}',
      discard: ['**.log'],
      identity: 'path',
      salt: '2',
      datumTries: 1,
      datumTimeout: 5_400_000,
      jobTimeout: 43_200_000,
      parallelism: 4,
      datumsPerTask: 10,
      requests: {
        cpu: 2.5,
        memory: 8 * 2 ** 30,
        disk: 1_000_000_000,
        gpu: { type: 'a100', number: 2 },
      },
      limits: { cpu: undefined, memory: 1_000_000, disk: undefined, gpu: undefined },
      scheduling: { partition: 'long', constraint: 'avx2', qos: 'high' },
    });
  });

  it('reads inputs within inputs', () => {
    const { input } = specOf(`
input:
  cross:
    - join:
        - pfs: { repo: t1, glob: "/sub-(*)", join_on: "$1" }
        - pfs: { repo: t2, glob: "/sub-(*)", join_on: "$1", outer_join: true }
    - union:
        - pfs: { repo: a, glob: /*, name: model }
        - group:
            - pfs: { repo: b, glob: "/(*)-*", name: model, group_by: "$1" }
transform: { cmd: "true" }
`);
    const leaf = (name: string, repo: string, glob: string): object => ({ ...PLAIN_INPUT, name, repo, glob });
    assert.deepEqual(input, {
      kind: 'cross',
      members: [
        {
          kind: 'join',
          members: [
            { ...leaf('t1', 't1', '/sub-(*)'), joinOn: '$1' },
            { ...leaf('t2', 't2', '/sub-(*)'), joinOn: '$1', outerJoin: true },
          ],
        },
        {
          kind: 'union',
          members: [
            leaf('model', 'a', '/*'),
            { kind: 'group', members: [{ ...leaf('model', 'b', '/(*)-*'), groupBy: '$1' }] },
          ],
        },
      ],
    });
    assert.deepEqual(
      leavesOf(input).map(({ repo }) => repo),
      ['t1', 't2', 'a', 'b'],
    );
  });
});
