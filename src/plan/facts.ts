/** What planning starts from. */
import type { History } from './history.ts';
import type { ImageFacts } from './image-facts.ts';
import type { PipelineSource } from './order.ts';
import type { AgainWish, Holder } from './planned.ts';
import type { ResultRecord } from './record.ts';
import type { TreeIndex } from './tree-index.ts';

/** The commits of the two records whose results git has mixed, by the newest record of their datum. */
export type MixedResults = ReadonlyMap<ResultRecord, readonly [string, string]>;

/** What planning looks at. */
export interface PlanFacts {
  readonly index: TreeIndex;
  readonly pipelines: readonly PipelineSource[];
  /** Directories of pipelines whose spec has errors: what their results are is not known. */
  readonly broken: readonly { readonly directory: string; readonly specPath: string }[];
  readonly history: History;
  /** What image names are looked up in; may be empty where no spec names one. */
  readonly images: ImageFacts;
  /** Why a job failed last, by key. */
  readonly failures: ReadonlyMap<string, string>;
  /** Why a job failed that its `err_cmd` has seen to, by key. */
  readonly recovered?: ReadonlyMap<string, string>;
  /** Why nothing can be recorded in a subdataset now, in a sentence, by its path. */
  readonly unrecordable?: ReadonlyMap<string, string>;
  /** Who runs a job now, by key. */
  readonly holders: ReadonlyMap<string, Holder>;
  /** Results that git has put together out of two recorded ones. */
  readonly mixed?: MixedResults;
  /** Whether a datum is to be computed again, whatever is there of it; until then those who read it wait. */
  readonly again?: (source: PipelineSource, datum: string) => AgainWish | undefined;
}
