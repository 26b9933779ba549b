/** The variables that other programs are started with. */

/** Variables that tie git to one repository, as `git rev-parse --local-env-vars` lists them, and more; set inside hooks, they would make every command look at the wrong one. */
const REPOSITORY_VARIABLES = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_CONFIG',
  'GIT_CONFIG_PARAMETERS',
  'GIT_CONFIG_COUNT',
  'GIT_QUARANTINE_PATH',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_LITERAL_PATHSPECS',
];

/** What git and those who call it say about one commit; it would be said of every commit of a run that a hook starts. */
const COMMIT_VARIABLES = [
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_AUTHOR_DATE',
  'GIT_COMMITTER_DATE',
  'GIT_REFLOG_ACTION',
];

/** Makes this process forget the commit, and the repository, for which git has called it as a hook. */
export function forgetCallingCommit(): void {
  for (const name of [...REPOSITORY_VARIABLES, ...COMMIT_VARIABLES]) delete process.env[name];
}

/** The caller's environment without what ties it to another repository, or to VS Code's own Node. */
export function inheritedEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined || REPOSITORY_VARIABLES.includes(name)) continue;
    if (name === 'ELECTRON_RUN_AS_NODE' || name.startsWith('VSCODE_')) continue;
    environment[name] = value;
  }
  return environment;
}

/**
 * The environment of our own helpers: the inherited one, in one language, without locks or prompts. Git shows objects as
 * they are: what `git replace` puts in their place is in no clone, and a key says what an object holds by its id.
 */
export function commandEnvironment(
  extra: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  return {
    ...inheritedEnvironment(),
    LC_ALL: 'C',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    ...extra,
  };
}
