/**
 * Rules by which one URL is tried in the place of another: `datalad.clone.url-substitute.<name>` of the configuration, with
 * the rules that DataLad has by itself. They are in Python's regular expressions, because DataLad reads them with these.
 */

/** What all keys of rules begin with. */
const PREFIX = 'datalad.clone.url-substitute.';

/** DataLad's own: a project in a path of projects has one name on GitHub, and a page on osf.io stands for its data. */
const OWN: ReadonlyMap<string, readonly string[]> = new Map([
  [
    `${PREFIX}github`,
    [
      String.raw`,https?://github.com/([^/]+)/(.*)$,\1###\2`,
      String.raw`,[/\\]+(?!$),-`,
      String.raw`,\s+|(%2520)+|(%20)+,_`,
      String.raw`,([^#]+)###(.*),https://github.com/\1/\2`,
    ],
  ],
  [`${PREFIX}osf`, [String.raw`,^https://osf.io/([^/]+)[/]*$,osf://\1`]],
]);

/** One step of a rule: every match becomes the other text. */
interface Step {
  readonly start: RegExp;
  readonly all: RegExp;
  /** In the language of `String.replace`. */
  readonly replacement: string;
}

/** The rules of a configuration, and what is wrong with those that are left out, in sentences. */
export interface UrlSubstitutes {
  readonly rules: readonly (readonly Step[])[];
  readonly warnings: readonly string[];
}

/** Reads them; the values of a key are one rule, whose steps follow each other. */
export function substitutesIn(config: ReadonlyMap<string, readonly (string | undefined)[]>): UrlSubstitutes {
  const rules: (readonly Step[])[] = [];
  const warnings: string[] = [];
  for (const [key, values] of new Map([...OWN, ...config])) {
    if (!key.startsWith(PREFIX)) continue;
    const steps = values.map((text) => stepOf(text ?? ''));
    const wrong = steps.indexOf(undefined);
    if (wrong < 0) rules.push(steps.filter((step) => step !== undefined));
    else
      warnings.push(
        `${key} is left out, because \`${values[wrong] ?? ''}\` is no rule: write ,EXPRESSION,REPLACEMENT with any sign for the comma.`,
      );
  }
  return { rules, warnings };
}

/**
 * What is tried in the place of a URL: what each rule that changes it makes of it, or the URL where none does. The first
 * step of a rule must match the beginning; then all its other steps are made, whether they match or not.
 */
export function substituted(url: string, { rules }: UrlSubstitutes): readonly string[] {
  const found = rules.flatMap((steps) => {
    if (steps[0] === undefined || !steps[0].start.test(url)) return [];
    const made = steps.reduce((text, { all, replacement }) => text.replace(all, replacement), url);
    return made === url ? [] : [made];
  });
  return found.length === 0 ? [url] : found;
}

/** `<sign>expression<sign>replacement`. */
function stepOf(text: string): Step | undefined {
  const parts = text.slice(1).split(text.charAt(0));
  const [expression, replacement] = parts;
  if (text === '' || expression === undefined || replacement === undefined || parts.length !== 2)
    return undefined;
  try {
    // Names of groups are written otherwise in Python; the rest of what URLs need is the same.
    const source = expression.replaceAll('(?P<', '(?<').replaceAll(/\(\?P=(\w+)\)/g, '\\k<$1>');
    const written = replacement
      .replaceAll('$', '$$$$')
      .replaceAll(/\\g<(\w+)>|\\(\d{1,2})/g, (_, named: string | undefined, digits: string | undefined) => {
        const group = named ?? digits ?? '';
        return /^\d+$/.test(group) ? `$${group}` : `$<${group}>`;
      })
      .replaceAll('\\\\', '\\');
    return { start: new RegExp(`^(?:${source})`), all: new RegExp(source, 'g'), replacement: written };
  } catch {
    return undefined;
  }
}
