/** Lines of a feed for the tests of what the editor makes of them. */
import type { ChangeReport } from '../../src/plan/feed-line.ts';
import type { DatumReport, DatumState, StateCounts, StatusReport } from '../../src/plan/report.ts';

/** A datum of the pipeline `edges`. */
export function datum(name: string, state: DatumState, more: Partial<DatumReport> = {}): DatumReport {
  const job = name.padEnd(64, '0');
  return { datum: name, state, job, output: `edges/${name}`, inputs: {}, bytesToFetch: 0, ...more };
}

/** A whole status with one pipeline, `edges`. */
export function status(datums: readonly DatumReport[], counts: StateCounts): StatusReport {
  const inputs = [{ repo: 'images', glob: '/*', within: [] }];
  const edges = {
    name: 'edges',
    directory: 'edges',
    spec: 'edges/spec.yml',
    inputs,
    image: null,
    diagnostics: [],
  };
  const repos = [{ path: 'images', files: 20, usedBy: ['edges'] }];
  return {
    version: 1,
    kind: 'status',
    head: 'c0ffee',
    dirty: [],
    pipelines: [{ ...edges, counts, datums }],
    datasets: [{ path: '', id: null, installed: true, commit: 'c0ffee1234', annex: true, repos }],
    runs: [],
  };
}

/** A datum of `edges` has changed. */
export function change(changed: DatumReport, counts: StateCounts): ChangeReport {
  return { version: 1, kind: 'change', head: 'c0ffee', pipeline: 'edges', counts, datum: changed };
}

/** English, with the arguments put in. */
export const ENGLISH = {
  t: (message: string, ...args: (string | number | boolean)[]) =>
    message.replace(/\{(\d)\}/g, (_all, index: string) => String(args[Number(index)])),
};
