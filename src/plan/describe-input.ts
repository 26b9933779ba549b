/** What the editor tells of an input's repo and glob: what is there, which datums there are, and how they stand. */
import type { SpecPath } from '../spec/places.ts';
import { textAt } from '../spec/spec-values.ts';
import { awaited } from './absent.ts';
import { sizeOfKey } from './annex-key.ts';
import { upstreamsOf } from './order.ts';
import { isWithin } from './paths.ts';
import type { ProjectSpec } from './project-spec.ts';
import { shownName } from './shown-name.ts';
import { bytesText } from './shown-size.ts';
import type { TreeIndex } from './tree-index.ts';
import { yieldsOf } from './yields.ts';

/** What is known of the project as it is now, beside its commit. */
export interface LiveFacts {
  /** The states of the pipeline's committed datums, such as `3 pending, 17 done`; absent where there are none. */
  readonly states?: string | undefined;
  /** Changed or new files that are not committed; absent where nobody has looked. */
  readonly dirty?: readonly string[] | undefined;
}

/** How many changed files are named before the rest is counted. */
const NAMED = 3;

/** Markdown about the value of `repo` or `glob` at a path; `undefined` where nothing is known, or it is another field. */
export function describeInput(
  path: SpecPath,
  spec: ProjectSpec,
  specs: readonly ProjectSpec[],
  index: TreeIndex,
  live: LiveFacts = {},
): string | undefined {
  const field = path.at(-1);
  if (path[0] !== 'input' || path.at(-2) !== 'pfs') return undefined;
  if (field === 'glob') return describeGlob(path, spec, specs, index, live);
  if (field !== 'repo') return undefined;
  const repo = textAt(spec.parsed.value, path);
  return repo === undefined || repo === '' ? undefined : describeRepo(repo, specs, index, live);
}

function describeGlob(
  path: SpecPath,
  spec: ProjectSpec,
  specs: readonly ProjectSpec[],
  index: TreeIndex,
  { states }: LiveFacts,
): string | undefined {
  const pfs = path.slice(0, -1);
  const repo = textAt(spec.parsed.value, [...pfs, 'repo']);
  const stand = states === undefined || states === '' ? [] : [`As committed: ${states}.`];
  const found = yieldsOf(spec, specs, index).find((one) => one.path.join('/') === path.join('/'));
  if (found !== undefined) {
    const { count, of, first } = found;
    const one = of === 'datums' ? 'datum' : 'match';
    const many = of === 'datums' ? 'datums' : 'matches';
    const names = first.map((name) => `- \`${shownName(name) || '(whole repo)'}\``);
    const more = count > first.length ? [`- … and ${count - first.length} more`] : [];
    return [`**→ ${count} ${count === 1 ? one : many}**`, [...names, ...more].join('\n'), ...stand]
      .filter((part) => part !== '')
      .join('\n\n');
  }
  if (repo === undefined) return undefined;
  const glob = textAt(spec.parsed.value, path);
  const upstream = upstreamsOf({ repo, glob }, specs).map(({ directory }) => `\`${directory}\``);
  if (upstream.length === 0) return stand.length > 0 ? stand.join() : undefined;
  return [
    `Matches recorded results of ${upstream.join(', ')}: \`minipach plan\` counts them.`,
    ...stand,
  ].join('\n\n');
}

function describeRepo(
  repo: string,
  specs: readonly ProjectSpec[],
  index: TreeIndex,
  { dirty }: LiveFacts,
): string | undefined {
  const [upstream] = upstreamsOf({ repo, glob: undefined }, specs).filter((one) =>
    isWithin(repo, one.directory),
  );
  const around = index.subdatasetAround(repo);
  const isOpen = index.isDirectory(repo);
  if (!isOpen && around === undefined && upstream === undefined) return undefined;
  const lines = [
    ...(upstream === undefined
      ? []
      : [`**\`${repo}\`**: results of the pipeline in \`${upstream.directory}\``]),
    ...(isOpen ? [sizeText(repo, index)] : []),
    around === undefined
      ? `At commit \`${index.tree.commit.slice(0, 8)}\``
      : `In the subdataset \`${around.path}\` at commit \`${around.commit.slice(0, 8)}\``,
    ...(around === undefined || isOpen || around.state === 'unread' ? [] : [`Waits for ${awaited(around)}.`]),
    ...(dirty === undefined ? [] : [dirtyText(dirty.filter((path) => isWithin(path, repo)))]),
  ];
  return lines.join('\n\n');
}

function sizeText(repo: string, index: TreeIndex): string {
  const files = index.countFiles(repo);
  let annexed = 0;
  let bytes = 0;
  for (const { annexKey = '' } of index.keysUnder(repo)) {
    annexed += 1;
    bytes += sizeOfKey(annexKey);
  }
  const counted = `**\`${repo}\`**: ${files} ${files === 1 ? 'file' : 'files'}`;
  return annexed === 0 ? counted : `${counted}, ${annexed} of them annexed (${bytesText(bytes)})`;
}

function dirtyText(changed: readonly string[]): string {
  if (changed.length === 0) return 'Nothing in it is changed and not committed.';
  const names = changed.slice(0, NAMED).map((path) => `\`${shownName(path)}\``);
  const more = changed.length > NAMED ? ` and ${changed.length - NAMED} more` : '';
  return `Changed and not committed, so not used yet: ${names.join(', ')}${more}`;
}
