/**
 * An environment in which the machine's git identity, git settings, hooks and home folder do not matter: a home of
 * its own with one git configuration. `mocha` loads `use-neutral-environment.ts`, so single tests have it as well.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const GIT_CONFIGURATION = `[user]
\tname = Minipach test
\temail = test@minipach.invalid
[init]
\tdefaultBranch = main
`;

/** Variables that a test must not inherit: they tie git to a repository or a person. */
const PERSONAL =
  /^(GIT_.*|XDG_.*|DATALAD_.*|LC_.*|LANGUAGE|EMAIL|NODE_OPTIONS|ELECTRON_RUN_AS_NODE|FORCE_COLOR|MINIPACH_(?!CACHE).*)$/;

/** `base` with another home (under `root`, shared by all suites) and without what is personal in it. */
export async function neutralEnvironment(
  root: string,
  base: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> {
  const { HOME: realHome = root, MINIPACH_CACHE: cache } = base;
  const home = join(root, 'test-output', 'home');
  await mkdir(home, { recursive: true });
  const configuration = join(home, '.gitconfig');
  await writeOnce(configuration, GIT_CONFIGURATION);
  const kept = Object.entries(base).filter(([name]) => !PERSONAL.test(name));
  const environment: Record<string, string> = {};
  for (const [name, value] of kept) if (value !== undefined) environment[name] = value;
  return {
    ...environment,
    // The VS Code suites keep a slow installation under the real home; they are told where.
    MINIPACH_CACHE: cache ?? join(realHome, '.cache', 'minipach'),
    HOME: home,
    LANG: 'C.UTF-8',
    // What programs print must not depend on where the tests run; some take `CI` for a terminal with colours.
    NO_COLOR: '1',
    GIT_CONFIG_GLOBAL: configuration,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
}

/** Workers of one test run write it at the same time; a rename keeps every reader from seeing half a file. */
async function writeOnce(file: string, content: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => undefined)) === content) return;
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}
