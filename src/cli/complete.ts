/** What a shell offers while a command line is typed: commands, options, and names of this project. */
import type { Command } from 'commander';
import { datumName } from '../plan/shown-name.ts';
import { STATE_ORDER } from '../plan/state-order.ts';
import { gitLines } from '../project/git.ts';
import { liveRuns } from '../run/observe.ts';
import type { Session } from './session.ts';
import { withSession } from './session.ts';
import { typedWords } from './shell-words.ts';

/** What a command takes, or an option. */
type Wanted = 'pipelines' | 'datums' | 'runs' | 'siblings';

const ARGUMENTS: Readonly<Record<string, Wanted>> = {
  graph: 'pipelines',
  plan: 'pipelines',
  prefetch: 'pipelines',
  status: 'pipelines',
  run: 'datums',
  why: 'datums',
  logs: 'datums',
  release: 'datums',
  stop: 'runs',
};

const VALUES: Readonly<Record<string, Wanted>> = { allOf: 'runs', push: 'siblings', collect: 'siblings' };

/**
 * The words that could be typed here, one a line, without quotes: quoting them is the shell's business.
 * @param line - The line up to the cursor.
 */
export async function completeCommand(program: Command, shell: string, line: string): Promise<void> {
  const { before, current, broken } = typedWords(line);
  const words = await offers(program, before.slice(1), current);
  // Bash puts its word behind the last break, not in the place of the whole.
  const cut = shell === 'bash' ? broken : 0;
  for (const word of words) {
    if (word.startsWith(current) && !/\p{Cc}/u.test(word)) process.stdout.write(`${word.slice(cut)}\n`);
  }
}

async function offers(
  program: Command,
  before: readonly string[],
  current: string,
): Promise<readonly string[]> {
  const help = program.createHelp();
  let command = program;
  let directory = '.';
  let isPlain = false;
  let option: ReturnType<typeof valued>;
  for (const word of before) {
    if (option !== undefined) {
      if (option.attributeName() === 'directory') directory = word;
      option = undefined;
    } else if (word === '--') isPlain = true;
    else if (word.startsWith('-') && !isPlain) option = valued(command, word);
    else if (command === program)
      command = help.visibleCommands(program).find((one) => one.name() === word) ?? program;
  }
  if (option !== undefined) {
    if (option.argChoices !== undefined) return option.argChoices;
    if (option.attributeName() === 'state') return [...STATE_ORDER];
    const wanted = VALUES[option.attributeName()];
    return wanted === undefined ? [] : namesOf(directory, wanted, current);
  }
  if (current.startsWith('-') && !isPlain)
    return help.visibleOptions(command).flatMap(({ long }) => long ?? []);
  if (command === program) return help.visibleCommands(program).map((one) => one.name());
  const choices = command.registeredArguments[0]?.argChoices;
  if (choices !== undefined) return choices;
  const wanted = ARGUMENTS[command.name()];
  return wanted === undefined ? [] : namesOf(directory, wanted, current);
}

/** The option of a word, where it takes the next word as its value. */
function valued(command: Command, word: string) {
  return command.options.find(
    (option) => (option.long === word || option.short === word) && (option.required || option.optional),
  );
}

async function namesOf(directory: string, wanted: Wanted, current: string): Promise<readonly string[]> {
  let names: readonly string[] = [];
  await withSession(directory, async (session) => {
    names = await namesIn(session, wanted, current);
    return 0;
  });
  return names;
}

async function namesIn(session: Session, wanted: Wanted, current: string): Promise<readonly string[]> {
  const { project, state, observer } = session;
  if (wanted === 'runs') return liveRuns(state, observer).map(({ run }) => run);
  if (wanted === 'siblings') return gitLines(project.root, ['remote']);
  const { pipelines } = (await session.plan()).plan;
  // First the pipeline, then what is in it: there can be very many datums.
  const inside = pipelines.find(({ name }) => current.startsWith(`${name}/`));
  // Where most ask about whole pipelines, a slash would have to be removed again.
  const end = wanted === 'pipelines' ? '' : '/';
  if (inside === undefined) return pipelines.map(({ name }) => `${name}${end}`);
  return inside.datums.map(({ datum }) => datumName(inside.name, datum));
}
