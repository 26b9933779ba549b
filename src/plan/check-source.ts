/** Whether a source of subdatasets can be configured as it was typed. */
import { costOf, TEMPLATE_PREFIX } from './candidates.ts';
import { shownWord } from './shown-name.ts';
import { fillTemplate } from './source-template.ts';

/** A source as it is to be configured. */
export interface NewSource {
  readonly url: string;
  /** From 0 to 999. */
  readonly cost: number;
  /** Without the cost. */
  readonly name: string;
}

/** The key of a source in git's configuration. */
export function sourceKey({ cost, name }: Pick<NewSource, 'cost' | 'name'>): string {
  return `${TEMPLATE_PREFIX}${String(cost).padStart(3, '0')}${name.toLowerCase()}`;
}

/** What is wrong with it, in a sentence; `undefined` where nothing is. */
export function sourceProblem({ url, name }: NewSource): string | undefined {
  if (!/^[A-Za-z0-9-]+$/.test(name))
    return `A source's name is a part of a key of git's configuration, and ${shownWord(name)} is none: use letters, digits and hyphens.`;
  if (costOf(name).label !== name)
    return `The name ${name} begins with three digits, which count as a cost: give the cost with --cost, and another name.`;
  if (/[\p{Cc}]/u.test(url) || url === '')
    return 'A URL is one line of text: give one, such as ria+file:///store#{id}.';
  // Any key may be there: only what no subdataset could fill is wrong for all.
  const filled = fillTemplate(url, new Map());
  if (!filled.ok && filled.reason === 'bad-template')
    return `The template ${shownWord(url)} cannot be read (${filled.what}): placeholders are written {id}, and braces of the URL's own are doubled.`;
  if (/^ria\+/.test(url) && !url.includes('#'))
    return `A URL of a RIA store names the dataset in it: write ${shownWord(`${url}#{id}`)}.`;
  return undefined;
}
