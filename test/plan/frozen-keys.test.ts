import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_VERSION } from '../../src/plan/key.ts';
import { RECORD_VERSION } from '../../src/plan/record.ts';
import { REPORT_VERSION } from '../../src/plan/report.ts';
import { DIRECTORY, planPipeline } from './plan-rig.ts';

const FILES = [
  'code/a.sh',
  'code/b.sh',
  'data/one.txt',
  'data/s1/x.txt',
  'data/s1/y.txt',
  'data/s2/x.txt',
  'data/s3/.gitattributes',
  'data/s3/x.txt',
  'more/s1.csv',
  'more/s2.csv',
];

/** `input` and `rest` of a spec, the datum, and its key: a pipeline that a user may have run years ago. */
const FROZEN: readonly (readonly [name: string, input: string, rest: string, datum: string, key: string])[] =
  [
    [
      'a directory',
      "{ pfs: { repo: data, glob: '/s*/' } }",
      "transform: { cmd: [sh, code/a.sh, '{data}', '{out}'] }",
      's1',
      '226768ea9bdba6e6b9b02afed8aa9bbd5332416cd55a325d4348b17b0d04eb91',
    ],
    [
      'a directory of one file',
      "{ pfs: { repo: data, glob: '/s*/' } }",
      "transform: { cmd: [sh, code/a.sh, '{data}', '{out}'] }",
      's2',
      'a48619d142aab9a69c78e79af9ccd693b0140dccce9eb3a47356cc5437d45cba',
    ],
    [
      "a directory with files of git's own",
      "{ pfs: { repo: data, glob: '/s*/' } }",
      "transform: { cmd: [sh, code/a.sh, '{data}', '{out}'] }",
      's3',
      'd2c61a0c44b9bfa1e074c39e01dfe0d298b8b4807be951e17335fbc27f6dfd35',
    ],
    [
      'a file',
      "{ pfs: { repo: data, glob: '/*.txt' } }",
      "transform: { cmd: [cp, '{data}', '{out}'] }",
      'one.txt',
      '2bbaef05175bbfbe062c461109d116ab9f81bbc033849a2d7be17b96b944aac0',
    ],
    [
      'the whole repo',
      '{ pfs: { repo: data, glob: / } }',
      "transform: { cmd: [cp, -r, '{data}', '{out}'] }",
      '',
      '35411c9570ff44e2f79adcb2488c79580c6cee9e3b8cb069ff6f3df7c5994cfa',
    ],
    [
      "a shell's text and what it reads",
      "{ pfs: { repo: data, glob: '/(s*)/x.txt', name: d } }",
      "transform: { cmd: 'cat {d} > {out}/{d.1}', stdin: ['a', '{d.1}'], env: { A: b, OMP: '{cpus}' }, working_dir: code }",
      's1/x.txt',
      'bfcc5a883acf300cc6b8de1c372cae1028dd37e34f693b312f96a3c44382bd54',
    ],
    [
      'code, salt, discard, exit codes',
      "{ pfs: { repo: data, glob: '/*.txt' } }",
      "transform: { cmd: [sh, code/a.sh, '{data}', '{out}'], code: ['code/*.sh'], accept_return_code: [3, 1] }\nsalt: a\ndiscard: ['*.log']",
      'one.txt',
      'c41f006adc4c05bfe0fa4b5b37fb10e185a3d01651ec107a58aa0cad97d890eb',
    ],
    [
      'identity by path',
      "{ pfs: { repo: data, glob: '/*.txt' } }",
      "transform: { cmd: [cp, '{data}', '{out}'] }\nidentity: path",
      'one.txt',
      'd44a1a7265b8910afb75a5f251f186079289e4e6eda4d91df81fc7ef69439273',
    ],
    [
      'a reference',
      "{ pfs: { repo: data, glob: '/*.txt', reference: true } }",
      "transform: { cmd: [cp, '{data}', '{out}'] }",
      'one.txt',
      'feb95162215dacde1b01a083bdd84bb065feb8520af94d782ad68d1036099b8a',
    ],
    [
      'empty files',
      "{ pfs: { repo: data, glob: '/s*/', empty_files: true } }",
      "transform: { cmd: [ls, '{data}'] }",
      's1',
      '13ff5d38b9605dbc4881850a6108e525d6ff36d0fd2751c720f2e6ffa93ccdee',
    ],
    [
      'a cross',
      "{ cross: [{ pfs: { repo: data, glob: '/s*/' } }, { pfs: { repo: more, glob: '/*' } }] }",
      "transform: { cmd: [sh, code/a.sh, '{data}', '{more}', '{out}'] }",
      's1/s2.csv',
      'a9f3758f7e112e1c232272083df081992acd69d688671de6b74637c852f47ec2',
    ],
    [
      'a join',
      "{ join: [{ pfs: { repo: data, glob: '/(s*)/', join_on: '$1' } }, { pfs: { repo: more, glob: '/(*).csv', join_on: '$1' } }] }",
      "transform: { cmd: [sh, code/a.sh, '{data}', '{more}', '{out}'] }",
      's1',
      'f9303cf77ea9a6c388d9d1aef0520d6866cb8bf583f54ef14c38f108a39d0d0e',
    ],
    [
      'a group',
      "{ group: [{ pfs: { repo: data, glob: '/s*/(*).txt', group_by: '$1' } }] }",
      "transform: { cmd: [cat, '{data}'] }",
      'x',
      '0eec42be3b77d414025ace920c3e88cc6bff51b691c74e3f87883481935fcb53',
    ],
    [
      'a nested list',
      "{ group: [{ pfs: { repo: data, glob: '/s*/(*).txt', group_by: '$1' } }] }",
      "transform: { cmd: [cat, [-f, '{data}'], '{out}'] }",
      'x',
      'ffe8c96dbb59b9c20fef08b687d79fa2b284c5e38ea520c6319d7b4940c8a245',
    ],
  ];

describe('keys of whole specs', () => {
  for (const [name, input, rest, datum, key] of FROZEN) {
    it(`are frozen: ${name}`, () => {
      const { datums } = planPipeline(FILES, `input: ${input}\n${rest}\n`);
      const planned = datums.find((one) => one.datum === datum);
      assert.ok(planned !== undefined, datums.map((one) => one.datum).join(', '));
      assert.equal(planned.reason, undefined);
      assert.equal(planned.job, key, `${DIRECTORY}/${datum}`);
    });
  }
});

describe('the versions of formats', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'formats.md'), 'utf8');
  const table = [
    ['key of a job', KEY_VERSION],
    ['record of a result', RECORD_VERSION],
    ['what machines read', REPORT_VERSION],
  ] as const;
  for (const [name, version] of table)
    it(`are told in docs/formats.md: ${name}`, () => {
      assert.match(page, new RegExp(`^\\| ${name}[^|]*\\| ${version} +\\|`, 'm'));
    });
});
