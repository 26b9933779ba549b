/**
 * Where a subdataset can be cloned from, in the order in which to try: the same as DataLad's, so that both programs find
 * the same data. What is configured competes by its cost with what follows from `.gitmodules` and the remotes.
 */
import { encodePath, locationBelow, locationKind } from './location.ts';
import { shownName } from './shown-name.ts';
import { fillTemplate } from './source-template.ts';
import type { Submodule } from './submodules.ts';

/** What all keys of configured sources begin with; a name follows, which may begin with a cost of three digits. */
export const TEMPLATE_PREFIX = 'datalad.get.subdataset-source-candidate-';

/** Costs of what DataLad knows by itself, and of a template without a cost. */
const COSTS = { dataladUrl: 590, recordedUrl: 600, belowRemote: 650, template: 700, local: 900 } as const;

/** One place to clone from. */
export interface Candidate {
  /** Less is tried first. */
  readonly cost: number;
  /** The remote or the configured source that it comes from; `dl-url` and `local` are DataLad's words for what is in `.gitmodules`. */
  readonly name: string;
  /** May be relative to the superdataset, and DataLad's own URLs. */
  readonly url: string;
  /** Whether a configured source made it. */
  readonly configured: boolean;
}

/** A configured source. */
export interface SourceTemplate {
  /** What follows the prefix of its key. */
  readonly name: string;
  /** `undefined` where the key has no value. */
  readonly text: string | undefined;
}

/** A remote of the superdataset. */
export interface SuperdatasetRemote {
  readonly name: string;
  readonly url: string;
}

/** What is known of one subdataset and of the dataset around it. */
export interface CandidateFacts {
  /** The superdataset's top directory, absolute. */
  readonly root: string;
  /** Of the subdataset, in the superdataset. */
  readonly path: string;
  readonly submodule: Submodule;
  /** Those that have the commit which recorded the subdataset, the tracked one first. */
  readonly remotes: readonly SuperdatasetRemote[];
  readonly templates: readonly SourceTemplate[];
}

/** The candidates in their order, and what is wrong with configured sources, in sentences. */
export interface CandidateList {
  readonly candidates: readonly Candidate[];
  readonly warnings: readonly string[];
}

/** Lists them: cheapest first, those of one cost in the order of their sources, each URL once. */
export function listCandidates(facts: CandidateFacts): CandidateList {
  const { root, path, submodule, remotes, templates } = facts;
  const recorded = submodule.values.get('url');
  const values = templateValues(submodule);
  const found: Candidate[] = [];
  const warnings: string[] = [];
  const add = (cost: number, name: string, url: string | undefined, configured = false): void => {
    if (url !== undefined) found.push({ cost, name, url, configured });
  };
  for (const { name, url } of remotes) {
    values.set(`remoteurl-${name}`, url);
    // DataLad encodes the path before it puts it into a URL, which encodes it again.
    const below = locationKind(url) === 'url' ? encodePath(path) : path;
    add(COSTS.belowRemote, name, locationBelow(url, below));
    if (recorded) add(COSTS.recordedUrl, name, locationBelow(url, recorded));
  }
  for (const { name, text } of templates) {
    const filled =
      text === undefined
        ? ({ ok: false, reason: 'bad-template', what: 'it has no value' } as const)
        : fillTemplate(text, values);
    if (!filled.ok) {
      warnings.push(warningOf(name, path, filled.reason, filled.what, values));
      continue;
    }
    const { cost, label } = costOf(name);
    add(cost, label, filled.text, true);
  }
  if (recorded) {
    const local = locationBelow(root, recorded);
    // What is to be cloned is not there yet.
    if (local !== `${root}/${path}`) add(COSTS.local, 'local', local);
  }
  const dataladUrl = submodule.values.get('datalad-url');
  if (dataladUrl) add(COSTS.dataladUrl, 'dl-url', dataladUrl);
  const seen = new Set<string>();
  const candidates = found
    .sort((a, b) => a.cost - b.cost)
    .filter(({ url }) => !seen.has(url) && seen.add(url));
  return { candidates, warnings };
}

/** The cost that a configured source's name begins with, and the rest of the name. */
export function costOf(name: string): { readonly cost: number; readonly label: string } {
  const [, digits, label = ''] = /^(\d{3})(.*)$/s.exec(name) ?? [];
  return digits === undefined ? { cost: COSTS.template, label: name } : { cost: Number(digits), label };
}

/** What can stand in braces: every key of the submodule's section but its path, its name, and its dataset's `id`. */
function templateValues({ name, values }: Submodule): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of values) {
    if (key !== 'path') found.set(key.replaceAll('datalad-id', 'id'), value);
  }
  return found.set('name', name);
}

function warningOf(
  name: string,
  path: string,
  reason: 'unknown-placeholder' | 'bad-template',
  what: string,
  values: ReadonlyMap<string, string>,
): string {
  const source = `The source ${shownName(name)} is left out for ${shownName(path)}`;
  if (reason === 'bad-template')
    return `${source}, because its template cannot be read (${shownName(what)}): mend ${TEMPLATE_PREFIX}${shownName(name)}.`;
  const known = [...values.keys()].map((key) => `{${shownName(key)}}`).join(', ');
  return `${source}, because nothing is known of {${shownName(what)}}: its template can use ${known}.`;
}
