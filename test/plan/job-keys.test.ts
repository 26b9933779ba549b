import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { planPipeline } from './plan-rig.ts';

const INPUT = 'input: { pfs: { repo: data, glob: "/*", name: x } }\n';
const FILES = ['data/a', 'code/tidy.sh', 'code/run.sh'];

describe('the job of a datum', () => {
  const job = (transform: string, contents: Readonly<Record<string, string>> = {}): string => {
    const [datum] = planPipeline(FILES, `${INPUT}transform: ${transform}\n`, contents).datums;
    assert.ok(typeof datum?.job === 'string');
    return datum.job;
  };

  it('does not change with what is run when the command has failed, which leaves no result', () => {
    const plain = job('{ cmd: [sh, code/run.sh] }');
    const tidied = '{ cmd: [sh, code/run.sh], err_cmd: [sh, code/tidy.sh] }';
    assert.equal(job(tidied), plain);
    assert.equal(job(tidied, { 'code/tidy.sh': 'other' }), plain);
    assert.notEqual(job(tidied, { 'code/run.sh': 'other' }), plain);
  });

  it('is another for a directory than for the only file in it', () => {
    const files = ['data/a', 'data/d/a', 'data/e/a', 'data/e/.gitattributes', 'data/f/a', 'data/f/g/a'];
    const contents = Object.fromEntries(files.map((path) => [path, 'same']));
    const { datums } = planPipeline(files, `${INPUT}transform: { cmd: [x] }\n`, contents);
    const jobs = Object.fromEntries(datums.map(({ datum, job: key }) => [datum, key]));
    assert.notEqual(jobs['d'], jobs['a']);
    assert.equal(jobs['d'], jobs['e']);
    assert.equal(new Set(Object.values(jobs)).size, 3);
  });

  it('has the files of err_cmd beside it all the same', () => {
    const text = `${INPUT}transform: { cmd: [sh, code/run.sh], err_cmd: "sh code/tidy.sh" }\n`;
    const { code, context } = planPipeline(FILES, text);
    assert.deepEqual(
      [code, context].map((entries) => entries.map(({ path }) => path)),
      [['code/run.sh'], ['code/tidy.sh']],
    );
  });
});

describe('the place of a result', () => {
  const blocked = (files: readonly string[], output = '{datum}'): readonly string[] =>
    planPipeline(
      files,
      `input: { pfs: { repo: data, glob: "/*" } }\ntransform: { cmd: [x] }\noutput: ${JSON.stringify(output)}\n`,
    ).datums.flatMap(({ state, reason }) => (state === 'blocked' ? [reason ?? ''] : []));

  it('is never that of a committed file, such as the spec', () => {
    assert.deepEqual(blocked(['data/spec.yml', 'data/ok']), [
      'Its result would go to job/spec.yml, and job/spec.yml is the spec of a pipeline: give it another `output`.',
    ]);
    assert.deepEqual(blocked(['data/a', 'job/a/notes/b'], '{datum}/notes/b/c'), [
      'Its result would go to job/a/notes/b/c, and job/a/notes/b is a committed file: give it another `output`.',
    ]);
    assert.deepEqual(blocked(['data/a', 'job/a/notes']), []);
  });

  for (const output of ['.git', '{datum}/.GIT/x'])
    it(`is never git's own: ${output}`, () => {
      assert.match(blocked(['data/a'], output).join(), /^Its result .* git keeps no folder named \.git: /i);
    });
});
