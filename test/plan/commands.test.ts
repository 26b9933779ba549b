import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PLAIN } from './command-case.ts';
import { LIST_CASES } from './command-cases.ts';
import { REFUSED_COMMANDS, TEXT_CASES } from './command-cases-text.ts';
import { complaints, planPipeline, refusalOf } from './plan-rig.ts';

for (const [title, cases] of Object.entries({ lists: LIST_CASES, 'texts and variables': TEXT_CASES })) {
  describe(`commands: ${title}`, () => {
    for (const { name, files, spec, datum, argv, env } of cases) {
      it(name, () => {
        const pipeline = planPipeline(files, spec);
        const planned = pipeline.datums.find((one) => one.datum === datum);
        assert.ok(planned?.command !== undefined, complaints(pipeline) || `There is no datum \`${datum}\`.`);
        assert.deepEqual(planned.command.command, argv);
        if (env !== undefined) assert.deepEqual(planned.command.env, env);
      });
    }
  });
}

describe('commands that cannot be', () => {
  for (const { name, files, spec, says } of REFUSED_COMMANDS) {
    it(name, () => {
      assert.match(refusalOf(files, spec), says);
    });
  }
});

describe('the job of a command that uses its resources', () => {
  const job = (requests: string, word: string): string | null | undefined =>
    planPipeline(['data/a-1.txt'], `${PLAIN}${requests}transform: { cmd: [tool, "${word}"] }`).datums[0]?.job;

  for (const word of ['{cpus}', '-j{cpus}', '{memory_mb}']) {
    it(`does not change with what is requested: ${word}`, () => {
      const before = job('resource_requests: { cpu: 1, memory: 1Gi }\n', word);
      assert.ok(typeof before === 'string');
      assert.equal(job('resource_requests: { cpu: 8, memory: 64Gi }\n', word), before);
    });
  }
});
