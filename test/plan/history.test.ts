import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { History } from '../../src/plan/history.ts';
import { NO_IMAGE_FACTS } from '../../src/plan/image-facts.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { ResultRecord } from '../../src/plan/record.ts';
import { outputDigest } from '../../src/plan/result.ts';
import { TreeIndex } from '../../src/plan/tree-index.ts';
import { parseSpec } from '../../src/spec/parse.ts';

const SPEC = 'input: { pfs: { repo: data, glob: "/*" } }\ntransform: { cmd: [x] }\n';

describe('a history of copies', () => {
  it('is not gone through for each of them', () => {
    const names = Array.from({ length: 3000 }, (_, index) => String(index).padStart(6, '0'));
    const paths = ['data', 'job'].flatMap((top) => names.map((name) => `${top}/${name}/file`));
    const entries = paths.map((path) => ({ path, type: 'file' as const, blob: 'same' }));
    const { spec } = parseSpec(SPEC, { directory: 'job' });
    assert.ok(spec !== undefined);
    const facts = {
      index: new TreeIndex({ commit: '0', entries }),
      pipelines: [{ specPath: 'job/spec.yml', directory: 'job', spec }],
      broken: [],
      images: NO_IMAGE_FACTS,
      failures: new Map(),
      holders: new Map(),
    };
    const [first] = makePlan({ ...facts, history: new History() }).pipelines[0]?.datums ?? [];
    let looks = 0;
    const counting: ProxyHandler<ResultRecord> = {
      get: (record, what) => {
        looks += 1;
        return Reflect.get(record, what);
      },
    };
    const records = names.map((datum) => {
      const record: ResultRecord = {
        ...{ commit: '1', job: first?.job ?? '', pipeline: 'job', directory: 'job', datum },
        path: `job/${datum}`,
        output: outputDigest([{ name: 'file', type: 'file', blob: 'same' }]),
        // The first was computed, and what is newest comes first.
        reused: datum !== names[0],
      };
      return new Proxy(record, counting);
    });
    const history = new History(records.reverse());
    const datums = makePlan({ ...facts, history }).pipelines[0]?.datums ?? [];
    assert.equal(datums.filter(({ state }) => state === 'done').length, names.length);
    // Some looks at each, not at all of them for each.
    assert.ok(looks >= names.length && looks < 100 * names.length, `${looks} looks`);
  });
});
