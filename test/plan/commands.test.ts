import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
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
