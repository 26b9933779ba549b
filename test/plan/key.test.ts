import assert from 'node:assert/strict';
import { jobKey, type KeyParts } from '../../src/plan/key.ts';
import { parseRecords, type RecordContent, recordMessage } from '../../src/plan/record.ts';

const PARTS: KeyParts = {
  command: {
    command: ['sh', 'code/copy.sh', '\0input data\0', '\0out\0'],
    stdin: undefined,
    env: { data: '\0input data\0', out: '\0out\0' },
    workingDir: '',
  },
  inputs: [['data', 'd1']],
  code: [['code/copy.sh', 'file 0123']],
  acceptReturnCode: [],
  salt: undefined,
  discard: [],
};

describe('the key of a job', () => {
  it('is frozen: a change of the encoding makes every result of every user stale', () => {
    assert.equal(jobKey(PARTS), '1c56fc35f11ee5bece8bdea6934cd7c1321501acba6760385b76f574aac8fcb6');
  });

  it('is frozen for commands in images, too', () => {
    const image = { identity: 'annex MD5E-s3--abc.sif', extra: [] };
    const table = [
      [image, 'e3552ed1a0975313a3673e84f37bdb4d22c2f320e4d476ba7aaf71367c085a4d'],
      [
        { ...image, cmdexec: 'singularity exec {img} {cmd}' },
        '8df4c88e5b671dd751c031149875b7e3d3f2ba2517fa5bf5a893b34fd5b935ca',
      ],
      [
        { ...image, cmdexec: 'x', extra: ['blob 0123'] },
        '40f34f2dec3f2d49e7c9fb9c486986b4321fb161100c2b4c5fb80df705ca666f',
      ],
    ] as const;
    for (const [one, key] of table) assert.equal(jobKey({ ...PARTS, image: one }), key);
  });

  it('changes with everything that decides what is computed', () => {
    const changes: readonly Partial<KeyParts>[] = [
      { command: { ...PARTS.command, command: ['sh', 'code/copy.sh', '\0out\0'] } },
      { command: { ...PARTS.command, command: 'sh code/copy.sh \0input data\0 \0out\0' } },
      { command: { ...PARTS.command, stdin: '' } },
      { command: { ...PARTS.command, env: { ...PARTS.command.env, A: '' } } },
      { command: { ...PARTS.command, workingDir: 'code' } },
      { inputs: [['data', 'd2']] },
      { inputs: [['other', 'd1']] },
      { code: [] },
      { code: [['code/copy.sh', 'executable 0123']] },
      { acceptReturnCode: [1] },
      { salt: '' },
      { paths: ['data/a'] },
      { discard: ['*.log'] },
      { image: { identity: 'annex a', extra: [] } },
      { image: { identity: 'annex b', extra: [] } },
      { image: { identity: 'annex a', cmdexec: '', extra: [] } },
      { image: { identity: 'annex a', cmdexec: '{img} {cmd}', extra: [] } },
      { image: { identity: 'annex a', extra: ['blob 0'] } },
    ];
    const keys = changes.map((change) => jobKey({ ...PARTS, ...change }));
    assert.equal(new Set([jobKey(PARTS), ...keys]).size, changes.length + 1);
  });

  it('does not change with the order of variables or exit codes', () => {
    const { data = '', out = '' } = PARTS.command.env;
    assert.equal(jobKey({ ...PARTS, command: { ...PARTS.command, env: { out, data } } }), jobKey(PARTS));
    assert.equal(
      jobKey({ ...PARTS, acceptReturnCode: [3, 20] }),
      jobKey({ ...PARTS, acceptReturnCode: [20, 3] }),
    );
  });
});

describe('the record of a result', () => {
  const content: RecordContent = {
    job: 'a'.repeat(64),
    pipeline: 'edges',
    directory: 'edges',
    datum: 'sub-01',
    path: 'edges/sub-01',
    output: 'b'.repeat(64),
    reused: false,
    shellLine: `rm -rf -- edges/sub-01 && awk '{print}' x`,
    datasetId: null,
    exit: 0,
    inputs: ['images/sub-01', 'code/{a}*[1]?.py'],
  };

  it("is DataLad's run record, frozen", () => {
    assert.equal(
      recordMessage(content),
      `[DATALAD RUNCMD] edges: sub-01

=== Do not change lines below ===
{
 "chain": [],
 "cmd": "rm -rf -- edges/sub-01 && awk '{{print}}' x",
 "dsid": null,
 "exit": 0,
 "extra_inputs": [],
 "inputs": [
  "images/sub-01",
  "code/{{a}}[*][[]1][?].py"
 ],
 "minipach": {
  "datum": "sub-01",
  "directory": "edges",
  "job": "${'a'.repeat(64)}",
  "output": "${'b'.repeat(64)}",
  "path": "edges/sub-01",
  "pipeline": "edges",
  "reused": false,
  "version": 1
 },
 "outputs": [
  "edges/sub-01"
 ],
 "pwd": "."
}
^^^ Do not change lines above ^^^
`,
    );
  });

  it('is read back as it was written', () => {
    const { shellLine: _, datasetId: __, exit: ___, inputs: ____, ...facts } = content;
    assert.deepEqual(parseRecords('c1', recordMessage(content)), [{ commit: 'c1', ...facts }]);
    const flat = { ...content, files: ['edges/a.txt', 'edges/{b}.txt'], datum: 'two\nlines "x"' };
    assert.deepEqual(parseRecords('c2', recordMessage(flat))[0]?.files, flat.files);
    assert.deepEqual(parseRecords('c2', recordMessage(flat))[0]?.datum, flat.datum);
  });

  it('is found in what squashes make of several, newest first', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((datum) => recordMessage({ ...content, datum })) as [
      string,
      string,
      string,
    ];
    const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '    ');
    const log = `Squashed commit of the following:\n\ncommit 1\n\n${indent(b)}\ncommit 2\n\n${indent(a)}`;
    const table: [message: string, datums: string][] = [
      [log, 'ba'],
      [`# This is the 1st commit message:\n\n${a}\n# This is the commit message #2:\n\n${b}\n${c}`, 'cba'],
      [`Better (#7)\n\n* ${a}\n* ${b}`.replaceAll('\n', '\r\n'), 'ba'],
      [`${log}\n${c}`, 'cba'],
      [indent(`${log}\n`), 'ba'],
      [a.replace(/\^\^\^.*\n/, b), 'b'],
      [`${a}${b.replace('"version": 1', '"version": 2')}${c}`, 'ca'],
    ];
    for (const [message, datums] of table)
      assert.equal(
        parseRecords('c', message)
          .map(({ datum }) => datum)
          .join(''),
        datums,
        message,
      );
  });

  it('is not found in other commits', () => {
    const table = [
      '',
      'Add "minipach": { to the docs',
      recordMessage(content).replace('"version": 1', '"version": 2'),
      recordMessage(content).replace('"job"', '"jop"'),
      recordMessage(content).replace('"chain": [],', '"chain": [,'),
      recordMessage(content).replace(/ "minipach": \{[^}]*\},\n/, ''),
    ];
    for (const message of table) assert.deepEqual(parseRecords('c', message), [], message);
  });
});
