/**
 * The record of a result, as a commit message: DataLad's run record, which `datalad rerun` replays without
 * Minipach, with one more object of ours. Source: `datalad run`, "[DATALAD RUNCMD]" commits.
 * The format is versioned by `minipach.version`: a change makes every user's history unreadable.
 */

/** The version of the `minipach` object in a record. */
export const RECORD_VERSION = 1;

/** What history knows of one result. */
export interface ResultRecord {
  readonly commit: string;
  /** The job's key. */
  readonly job: string;
  /** The pipeline's name when it was recorded. */
  readonly pipeline: string;
  /** The pipeline's directory, relative to the project's root. */
  readonly directory: string;
  readonly datum: string;
  /** The output directory, relative to the project's root. */
  readonly path: string;
  /** The digest of what the record owns; see `outputDigest`. */
  readonly output: string;
  /** The files that the record owns, relative to the project's root; absent when it owns its whole directory. */
  readonly files?: readonly string[];
  /** Whether the result was copied from an equal job. */
  readonly reused: boolean;
  /** What files that other datums leave as well had been, by path, where this result changed them; see `identity`. */
  readonly replaced?: Readonly<Record<string, string>>;
}

/** What is written: the replayable command, and our facts. */
export interface RecordContent extends Omit<ResultRecord, 'commit'> {
  /** One shell line, runnable at the project's root. */
  readonly shellLine: string;
  /** The DataLad dataset id, where the project has one. */
  readonly datasetId: string | null;
  readonly exit: number;
  /** Paths whose content the command needs. */
  readonly inputs: readonly string[];
  /** Paths of the image that it runs in, which a replay gets as well; absent on the host. */
  readonly images?: readonly string[];
}

const BEGIN = '=== Do not change lines below ===';
const END = '^^^ Do not change lines above ^^^';

/** The marker lines as they are found; the text before a first one ends with its indentation. */
const BEGIN_LINE = /(?<=^[ \t]*)=== Do not change lines below ===[ \t]*\r?$/m;
const END_LINE = /^[ \t]*\^\^\^ Do not change lines above \^\^\^/m;

/** The commit message that records a result. */
export function recordMessage(content: RecordContent): string {
  const record = {
    chain: [],
    // DataLad fills in {placeholders} on replay, so literal braces are doubled.
    cmd: doubleBraces(content.shellLine),
    dsid: content.datasetId,
    exit: content.exit,
    extra_inputs: (content.images ?? []).map(literalPath),
    inputs: content.inputs.map(literalPath),
    minipach: {
      datum: content.datum,
      directory: content.directory,
      ...(content.files === undefined ? {} : { files: content.files }),
      job: content.job,
      output: content.output,
      path: content.path,
      pipeline: content.pipeline,
      ...(content.replaced === undefined ? {} : { replaced: content.replaced }),
      reused: content.reused,
      version: RECORD_VERSION,
    },
    outputs: (content.files ?? [content.path]).map(literalPath),
    pwd: '.',
  };
  const title = `[DATALAD RUNCMD] ${content.pipeline}: ${content.datum || '(all)'}`.replaceAll(/\s+/g, ' ');
  return `${title}\n\n${BEGIN}\n${JSON.stringify(record, undefined, 1)}\n${END}\n`;
}

/**
 * Reads the records in a commit's message, newest first: one as a run writes it, and all that a squash has put into one
 * message, indented or not. What is none of ours, or newer than we know, is left out.
 */
export function parseRecords(commit: string, message: string): ResultRecord[] {
  if (!message.includes(BEGIN)) return [];
  const [first = '', ...parts] = message.split(BEGIN_LINE);
  let indented: ResultRecord[] = [];
  const runs: ResultRecord[][] = [];
  let before = first;
  for (const part of parts) {
    const isIndented = /[ \t]$/.test(before);
    before = part;
    const end = END_LINE.exec(part);
    const record = end === null ? undefined : parseRecord(commit, part.slice(0, end.index));
    if (record === undefined) continue;
    // Git's own squash message is an indented log, newest first; `rebase -i` and forges write the oldest first.
    if (!isIndented) indented = [];
    indented.push(record);
    if (indented.length === 1) runs.push(indented);
    if (!isIndented) indented = [];
  }
  return runs.reverse().flat();
}

/** One record, from the text between the marker lines. */
function parseRecord(commit: string, text: string): ResultRecord | undefined {
  const facts = parseJson(text);
  if (facts === undefined || facts['version'] !== RECORD_VERSION) return undefined;
  const { job, pipeline, directory, datum, path, output, files, reused, replaced } = facts;
  const texts = [job, pipeline, directory, datum, path, output];
  if (!texts.every((value) => typeof value === 'string')) return undefined;
  if (files !== undefined && !(Array.isArray(files) && files.every((file) => typeof file === 'string'))) {
    return undefined;
  }
  const [jobText, pipelineText, directoryText, datumText, pathText, outputText] = texts as string[];
  return {
    commit,
    job: jobText ?? '',
    pipeline: pipelineText ?? '',
    directory: directoryText ?? '',
    datum: datumText ?? '',
    path: pathText ?? '',
    output: outputText ?? '',
    ...(files === undefined ? {} : { files: files as string[] }),
    reused: reused === true,
    ...(isTextByName(replaced) ? { replaced } : {}),
  };
}

function isTextByName(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const record = JSON.parse(text) as { minipach?: unknown } | null;
    const facts = record?.minipach;
    return typeof facts === 'object' && facts !== null ? (facts as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function doubleBraces(text: string): string {
  return text.replaceAll('{', '{{').replaceAll('}', '}}');
}

/** A path for DataLad's lists, where braces are placeholders and `*?[` are globs: each stands for itself here. */
function literalPath(path: string): string {
  return doubleBraces(path).replaceAll(/[*?[]/g, '[$&]');
}
