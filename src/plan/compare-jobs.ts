/**
 * What makes the job of a datum another one than it was: the parts of both keys, piece by piece. The pieces are those
 * that the keys are made of, so that nothing that counts can be missed.
 */
import type { SpecPath } from '../spec/places.ts';
import { type Change, contentChange, contentOf } from './change.ts';
import { compareInputs } from './compare-inputs.ts';
import type { ExpandedCommand } from './expand.ts';
import { DATASET_CONFIG, IMAGES_LOCK } from './image-facts.ts';
import type { Image } from './images.ts';
import { inputPath } from './input.ts';
import type { JobView } from './job-view.ts';
import { compareCodePoints } from './match-tree.ts';
import { joinPaths } from './paths.ts';
import { shellQuote } from './shell.ts';
import type { TreeEntry } from './tree.ts';

/**
 * Every difference between a datum of then and of now.
 * @param job - The key that its record has.
 */
export function compareJobs(then: JobView, now: JobView, job: string): Change[] {
  const inputs = compareInputs(then, now);
  const found = [
    ...inputs,
    ...compareCode(then, now),
    ...compareCommands(then, now, inputs.length > 0),
    ...compareEnvironment(then, now, inputs.length > 0),
    ...compareParameters(then, now),
    ...compareImages(then, now),
  ];
  return [...found, ...comparePaths(then, now, job, found.length === 0)];
}

/** What a spec says otherwise about the place of a result: that makes no other job. */
export function comparePlaces(then: JobView, now: JobView): Change[] {
  const [before, after] = [then, now].map((view) => view.pipeline.source.spec.output);
  return before === after ? [] : inSpec(now, 'command', ['output'], before ?? null, after ?? null);
}

/** The change of a field of the spec. */
export function inSpec(
  now: Pick<JobView, 'pipeline'>,
  kind: Change['kind'],
  field: SpecPath,
  before: string | null,
  after: string | null,
): Change[] {
  if (before === after) return [];
  const path = now.pipeline.source.specPath;
  return [{ kind, path, field: field.join('.'), before, after, trace: { in: 'spec', field } }];
}

function compareCode(then: JobView, now: JobView): Change[] {
  const codeOf = ({ pipeline }: JobView): Map<string, TreeEntry> =>
    new Map(pipeline.code.map((entry) => [entry.path, entry]));
  const [old, fresh] = [codeOf(then), codeOf(now)];
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].sort(compareCodePoints);
  return paths.flatMap((path): Change | readonly Change[] => {
    const change = contentChange(
      'code',
      { before: old.get(path), after: fresh.get(path) },
      then.index,
      now.index,
    );
    if (change === undefined) return [];
    // A file that was there before is named anew, or no more, by the spec.
    const [was, is] = [then.index.file(path), now.index.file(path)];
    const isSame = was !== undefined && is !== undefined && contentOf(was) === contentOf(is);
    const isNamed = old.has(path) !== fresh.has(path);
    return isSame && isNamed ? { ...change, trace: { in: 'spec', field: ['transform'] } } : change;
  });
}

/** @param inputsDiffer - Then more or fewer paths in the same command are told already. */
function compareCommands(then: JobView, now: JobView, inputsDiffer: boolean): Change[] {
  const [before, after] = [then.neutral, now.neutral];
  const changes = [
    ...inSpec(now, 'command', ['transform', 'stdin'], before.stdin ?? null, after.stdin ?? null),
    ...inSpec(
      now,
      'command',
      ['transform', 'working_dir'],
      before.workingDir || '.',
      after.workingDir || '.',
    ),
  ];
  if (JSON.stringify(before.command) === JSON.stringify(after.command)) return changes;
  const isRepeated = JSON.stringify(collapsed(before.command)) === JSON.stringify(collapsed(after.command));
  if (inputsDiffer && isRepeated) return changes;
  const texts = [before, after].map(({ command }) => commandText(command));
  // A list of words and a line for the shell can read alike.
  const isAlike = texts[0] === texts[1];
  const [old = null, fresh = null] = isAlike
    ? [before, after].map(({ command }) => JSON.stringify(command))
    : texts;
  return [...inSpec(now, 'command', ['transform', 'cmd'], ...readable(old, fresh)), ...changes];
}

/** A command in which each repetition of the same word stands once, as for the paths of a group. */
function collapsed(command: ExpandedCommand['command']): readonly string[] {
  const words = typeof command === 'string' ? ['', ...command.split(' ')] : command;
  return words.filter((word, position) => position === 0 || word !== words[position - 1]);
}

/** What stands for a path in a neutral command. */
const TOKEN = /\0(?:input )?([^\0]*)\0/g;

function commandText(command: ExpandedCommand['command']): string {
  if (typeof command === 'string') return command;
  const quoted = (word: string): string => {
    const plain = word.replaceAll(TOKEN, 'x');
    return shellQuote(plain) === plain ? word : shellQuote(word);
  };
  return command.map(quoted).join(' ');
}

/** Two texts with neutral tokens as the spec writes them, unless these are what tells the one from the other. */
function readable(before: string | null, after: string | null): [string | null, string | null] {
  const written = (text: string | null): string | null => text?.replaceAll(TOKEN, '{$1}') ?? null;
  const [old, fresh] = [written(before), written(after)];
  return old === fresh ? [JSON.stringify(before), JSON.stringify(after)] : [old, fresh];
}

/** @param inputsDiffer - Then what names the inputs by itself, and the output, follows from them. */
function compareEnvironment(then: JobView, now: JobView, inputsDiffer: boolean): Change[] {
  const [before, after] = [then.neutral.env, now.neutral.env];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(compareCodePoints);
  return names.flatMap((name) => {
    const [old, fresh] = [before, after].map((env) => (Object.hasOwn(env, name) ? env[name] : undefined));
    if (old === fresh) return [];
    const isWritten = [then, now].some(({ pipeline }) =>
      Object.hasOwn(pipeline.source.spec.transform.env, name),
    );
    if (!isWritten && inputsDiffer) return [];
    const texts = readable(old ?? null, fresh ?? null);
    const found = inSpec(now, 'environment', ['transform', 'env', name], ...texts);
    // One that no spec writes is there for an input that some datums have.
    return isWritten
      ? found
      : found.map((change) => ({ ...change, trace: { in: 'spec', field: ['input'] } }));
  });
}

function compareParameters(then: JobView, now: JobView): Change[] {
  const [before, after] = [then.parts, now.parts];
  const codes = (list: readonly number[]): string | null =>
    listText([...list].sort((a, b) => a - b).map(String));
  return [
    ...inSpec(now, 'command', ['salt'], before.salt ?? null, after.salt ?? null),
    ...inSpec(now, 'command', ['discard'], listText(before.discard), listText(after.discard)),
    ...inSpec(
      now,
      'command',
      ['transform', 'accept_return_code'],
      codes(before.acceptReturnCode),
      codes(after.acceptReturnCode),
    ),
  ];
}

/** Several texts as one that no other ones read like. */
function listText(list: readonly string[]): string | null {
  if (list.length === 0) return null;
  return list.map((text) => (/^[^\s,"]+$/.test(text) ? text : JSON.stringify(text))).join(', ');
}

function compareImages(then: JobView, now: JobView): Change[] {
  const imageOf = ({ pipeline }: JobView): Image | undefined => {
    const resolution = pipeline.image?.resolution;
    return resolution !== undefined && 'image' in resolution ? resolution.image : undefined;
  };
  const [before, after] = [imageOf(then), imageOf(now)];
  const names = [then, now].map(({ pipeline }) => pipeline.image?.name ?? null);
  const changes: Change[] = [];
  if (before?.identity !== after?.identity) {
    const path = after?.path ?? before?.path ?? names[1] ?? names[0] ?? '';
    const entry = after?.path === undefined ? undefined : now.index.file(after.path);
    const isNamed = names[0] === names[1];
    const trace: Change['trace'] = !isNamed
      ? { in: 'spec', field: ['transform', 'image'] }
      : before?.path === after?.path && after?.path !== undefined
        ? { in: 'file', path: entry?.path ?? path, entry }
        : registration(now);
    changes.push({ kind: 'image', path, before: before?.key ?? null, after: after?.key ?? null, trace });
  }
  if (before === undefined || after === undefined) return changes;
  const path = after.path ?? names[1] ?? '';
  if (before.cmdexec !== after.cmdexec) {
    const [old, fresh] = [before.cmdexec ?? null, after.cmdexec ?? null];
    changes.push({
      ...{ kind: 'image', path, field: 'cmdexec', before: old, after: fresh },
      trace: registration(now),
    });
  }
  if (before.extra.join() !== after.extra.join()) {
    const [old, fresh] = [listText(before.extra), listText(after.extra)];
    changes.push({
      ...{ kind: 'image', path, field: 'extra-input', before: old, after: fresh },
      trace: registration(now),
    });
  }
  return changes;
}

/** Where a name of an image is said to mean what it means. */
function registration({ index, pipeline }: JobView): Change['trace'] {
  const resolution = pipeline.image?.resolution;
  const image = resolution !== undefined && 'image' in resolution ? resolution.image.path : undefined;
  const dataset = image === undefined ? undefined : index.subdatasetAround(image);
  const path = resolution?.kind === 'docker' ? IMAGES_LOCK : joinPaths(dataset?.path ?? '', DATASET_CONFIG);
  return { in: 'file', path, entry: index.file(path) };
}

/** Where the paths of inputs count, and not only their content. */
function comparePaths(then: JobView, now: JobView, job: string, isNothingElse: boolean): Change[] {
  const [was, is] = [then, now].map(({ pipeline }) => pipeline.source.spec.identity);
  const changes = is === 'path' ? inSpec(now, 'command', ['identity'], was ?? null, is) : [];
  // The second key of a datum has them, too, where results carry names.
  const counts = (was === 'path' && is === 'path') || (isNothingElse && job === then.keys.byPath);
  if (!counts) return changes;
  const paths = now.datum.inputs.flatMap((input, position): Change[] => {
    const before = then.datum.inputs[position];
    const [old, fresh] = [before === undefined ? null : inputPath(before), inputPath(input)];
    const trace = { in: 'spec', field: ['input'] } as const;
    return old === fresh
      ? []
      : [{ kind: 'input', path: fresh, field: 'path', before: old, after: fresh, trace }];
  });
  return [...changes, ...paths];
}
