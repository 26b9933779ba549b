/**
 * The text of our hooks: small scripts for any POSIX shell, as git waits for them. They decide by two looks at the disk
 * whether there can be anything to do, and leave everything else to a process that nobody waits for.
 */
import { createHash } from 'node:crypto';
import { shellQuote } from '../../plan/shell.ts';

/** What git calls a hook. */
export type HookName = 'post-commit' | 'post-merge' | 'post-rewrite' | 'post-receive';

/** The hooks of a work tree: `datalad save` and `git commit`, `git pull`, and the end of a rebase. */
export const WORK_TREE_HOOKS: readonly HookName[] = ['post-commit', 'post-merge', 'post-rewrite'];

/** The hook of a repository that is pushed to. */
export const BARE_HOOKS: readonly HookName[] = ['post-receive'];

/** What a hook starts. */
export interface HookTarget {
  /** A program that is, or can act as, Node. */
  readonly node: string;
  /** The runner. */
  readonly script: string;
  /** Options of the run, as they are typed. */
  readonly options: readonly string[];
  /** The clone that runs what is pushed, with its git directory; absent where the hook's own work tree does. */
  readonly runner?: { readonly root: string; readonly commonDirectory: string };
}

/** The variable that keeps our hooks from starting anything: our own commits and pushes are made with it. */
export const NO_HOOK = 'MINIPACH_NO_HOOK';

/** By this line we know what we have written. */
const MARK = '# Written by `minipach hook install`; `minipach hook remove` puts back what was here before.';

const SUM = '# SHA-256 of all that follows: ';

/** Whose a hook is: ours as we have written it, ours and changed since, or not ours. */
export type HookOwner = 'ours' | 'edited' | 'other';

/** Tells by its text alone whose a hook is, so that nothing has to be remembered beside it. */
export function ownerOf(text: string): HookOwner {
  const [, mark, sum = '', ...rest] = text.split('\n');
  if (mark !== MARK) return 'other';
  return sum === SUM + digest(rest.join('\n')) ? 'ours' : 'edited';
}

/** What the hook that was there before is called from now on. */
export function keptName(name: HookName): string {
  return `${name}.before-minipach`;
}

/** Where a hook leaves its mark, in the folder of hooks. Work trees of one repository have one each. */
export function markName(linkedWorkTree: string | undefined): string {
  return linkedWorkTree === undefined ? 'wanted' : `wanted-${linkedWorkTree}`;
}

/** The whole script. */
export function hookScript(name: HookName, target: HookTarget): string {
  const { runner } = target;
  const body = [
    ...before(name),
    `[ -z "\${${NO_HOOK}-}" ] || exit "$code"`,
    ...(name === 'post-receive' ? ONLY_BRANCHES : inWorkTree(name)),
    ...(runner === undefined
      ? STATE_OF_WORK_TREE
      : [
          `state=${shellQuote(`${runner.commonDirectory}/minipach/hooks`)}`,
          `mark=$state/${markName(undefined)}`,
          `place=${shellQuote(runner.root)}`,
        ]),
    ...start(name, target),
  ].join('\n');
  const text = `${body}\n`;
  return `#!/bin/sh\n${MARK}\n${SUM}${digest(text)}\n${text}`;
}

/** The hook that was there before, with all that git gives a hook. */
function before(name: HookName): readonly string[] {
  const isFed = name === 'post-receive';
  return [
    '# The hook that was here before comes first, and how it ends is how this one ends.',
    `before="\${0%/*}/${keptName(name)}"`,
    'code=0',
    ...(isFed ? ['lines=$(cat)'] : []),
    'if [ -x "$before" ]; then',
    isFed ? `  if [ -n "$lines" ]; then printf '%s\\n' "$lines"; fi | "$before" "$@"` : '  "$before" "$@"',
    '  code=$?',
    'fi',
  ];
}

const ONLY_BRANCHES = [
  '# What git-annex notes about content, tags, and the like are nothing to run for.',
  'asked=',
  'while read -r _ _ ref; do',
  '  case $ref in',
  '    refs/heads/git-annex | refs/heads/synced/*) ;;',
  '    refs/heads/*) asked=yes ;;',
  '  esac',
  'done <<LINES',
  '$lines',
  'LINES',
  '[ -n "$asked" ] || exit "$code"',
];

function inWorkTree(name: HookName): readonly string[] {
  const ask = 'git=$(git rev-parse --absolute-git-dir 2>/dev/null) || exit "$code"';
  if (name === 'post-rewrite')
    return [
      '# `git commit --amend` has called post-commit already.',
      '[ "$1" = rebase ] || exit "$code"',
      ask,
    ];
  return [
    ask,
    '# In the middle of a rebase: its end calls post-rewrite.',
    'if [ -d "$git/rebase-merge" ] || [ -d "$git/rebase-apply" ]; then exit "$code"; fi',
  ];
}

const STATE_OF_WORK_TREE = [
  'if [ -f "$git/commondir" ]; then',
  `  state=\${git%/worktrees/*}/minipach/hooks mark=$state/${markName('')}\${git##*/}`,
  'else',
  '  state=$git/minipach/hooks',
  `  mark=$state/${markName(undefined)}`,
  'fi',
  'place=.',
];

/** Leaves the mark and starts who removes it, detached from everything that git, or who called git, waits for. */
function start(name: HookName, { node, script, options }: HookTarget): readonly string[] {
  const args = ['hook-run', ...options, name].map(shellQuote).join(' ');
  return [
    '[ -d "$state" ] || mkdir -p "$state" 2>/dev/null',
    '# The mark names the process that was started for it, which removes it before it looks, and so finds this commit as well.',
    '# Where that was killed, or has left the mark to a run that goes on for long, another one sees to it.',
    'if [ -e "$mark" ]; then',
    '  { read -r by <"$mark"; } 2>/dev/null || by=',
    '  # In a container, what is left of a dead process may stay.',
    '  { read -r _ _ is _ <"/proc/$by/stat"; } 2>/dev/null || is=',
    '  if [ -z "$by" ] || { [ "$is" != Z ] && kill -0 "$by" 2>/dev/null; }; then',
    '    [ -n "$(find "$mark" -mmin +1 2>/dev/null)" ] || exit "$code"',
    '  fi',
    'fi',
    'if ! { echo >"$mark" && true >>"$state/log"; } 2>/dev/null; then',
    '  echo "minipach: nothing was started, as $state cannot be written to: make it writable." >&2',
    '  exit "$code"',
    'fi',
    `node=${shellQuote(node)}`,
    `script=${shellQuote(script)}`,
    'if [ -e "$script" ]; then',
    '  [ -x "$node" ] || node=node',
    '  set -- "$node" "$script"',
    'else',
    '  set -- minipach',
    'fi',
    'apart=nohup',
    'if command -v setsid >/dev/null 2>&1; then apart=setsid; fi',
    '# No file of the caller stays open: it may be a lock, or a pipe that somebody reads to its end.',
    `ELECTRON_RUN_AS_NODE=1 sh -c 'echo $$ >"$0"; exec "$@"' "$mark" "$apart" "$@" -C "$place" ${args} \\`,
    '  </dev/null >>"$state/log" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &',
    'exit "$code"',
  ];
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
