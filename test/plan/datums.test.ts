import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BASIC_CASES } from './datum-cases.ts';
import { GROUP_CASES } from './datum-cases-group.ts';
import { JOIN_CASES } from './datum-cases-join.ts';
import { NESTED_CASES } from './datum-cases-nested.ts';
import { OUTER_CASES } from './datum-cases-outer.ts';
import { REGROUPED_CASES } from './datum-cases-regrouped.ts';
import { complaints, inputsOf, planPipeline, specAround } from './plan-rig.ts';

const TABLES = {
  'pfs, cross and union': BASIC_CASES,
  joins: JOIN_CASES,
  'outer joins': OUTER_CASES,
  groups: GROUP_CASES,
  'nested crosses and unions': NESTED_CASES,
  'nested joins and groups': REGROUPED_CASES,
};

for (const [title, cases] of Object.entries(TABLES)) {
  describe(`datums of ${title}`, () => {
    for (const { name, source, files, input, output, datums, names } of cases) {
      it(`${name} (${source})`, () => {
        const pipeline = planPipeline(files, specAround(input, output));
        assert.deepEqual(pipeline.datums.map(inputsOf), datums, complaints(pipeline));
        if (names !== undefined) {
          assert.deepEqual(
            pipeline.datums.map(({ datum }) => datum),
            names,
          );
        }
      });
    }
  });
}
