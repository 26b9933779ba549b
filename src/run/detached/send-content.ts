/** Sending annexed content to a store, verified by git-annex as it goes; what the store has is not sent again. */
import { setTimeout as delay } from 'node:timers/promises';
import { git, gitLine } from '../../project/git.ts';
import { annexSshVariables } from '../../project/ssh.ts';
import { wordsOf } from '../../project/words-of.ts';

/** How often everything is tried. */
const ROUNDS = 4;

/** Milliseconds before the second round; each further wait is twice as long, give or take a half. */
const FIRST_WAIT = 1000;

/** What git-annex answers for a key. */
interface CopyAnswer {
  readonly key?: string;
  readonly success?: boolean;
  readonly 'error-messages'?: readonly string[];
}

/** Where content goes. */
export interface ContentTarget {
  readonly remote: string;
  readonly uuid: string;
}

/**
 * The remote that keeps the content of what is pushed to another one: its storage sibling, or itself.
 * @returns Why there is none, in a sentence, where there is none.
 */
export async function contentTarget(root: string, remote: string): Promise<ContentTarget | string> {
  const depends = await gitLine(root, ['config', `remote.${remote}.datalad-publish-depends`]);
  const target = depends ?? remote;
  // git-annex asks a remote of git's who it is when it has to do with it first.
  await git(root, ['annex', 'info', '--fast', '--quiet', target], { env: await annexSshVariables(root) });
  const [uuid, ignored] = await Promise.all([
    gitLine(root, ['config', `remote.${target}.annex-uuid`]),
    gitLine(root, ['config', '--type=bool', `remote.${target}.annex-ignore`]),
  ]);
  if (uuid === undefined || ignored === 'true')
    return `${target} keeps no annexed content: run \`git annex init\` there, or give the store a storage sibling with \`datalad create-sibling-ria --storage-sibling only\`.`;
  return { remote: target, uuid };
}

/** Sends keys. Returns why not all are there, in sentences. */
export async function sendContent(
  root: string,
  { remote }: ContentTarget,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  let missing = keys;
  let why = '';
  const env = await annexSshVariables(root);
  for (let round = 0; round < ROUNDS && missing.length > 0 && !signal.aborted; round += 1) {
    if (round > 0)
      // Others may be sending the same key, which git-annex lets one do at a time.
      await delay(FIRST_WAIT * 2 ** (round - 1) * (0.5 + Math.random()), undefined, { signal }).catch(
        () => undefined,
      );
    const sent = await git(
      root,
      ['annex', 'copy', `--to=${remote}`, '--batch-keys', '--json', '--json-error-messages'],
      { input: missing.map((key) => `${key}\n`).join(''), env, signal },
    );
    const answers = sent.stdout
      .toString('utf8')
      .split('\n')
      .flatMap((line) => answerOf(line) ?? []);
    // Of what the store has already nothing is said, unless something else went wrong.
    const failed = new Set(answers.flatMap(({ key, success }) => (success === true ? [] : (key ?? []))));
    why =
      [...new Set(answers.flatMap((answer) => answer['error-messages'] ?? []))].join(' ') ||
      wordsOf(sent.stderr);
    missing = sent.ok ? [] : failed.size > 0 ? missing.filter((key) => failed.has(key)) : missing;
  }
  if (signal.aborted) return 'It was stopped.';
  return missing.length === 0
    ? undefined
    : `${missing.length} of ${keys.length} could not be sent to ${remote}: ${why.replace(/\.?$/, '.')}`;
}

function answerOf(line: string): CopyAnswer | undefined {
  try {
    return JSON.parse(line) as CopyAnswer;
  } catch {
    return undefined;
  }
}
