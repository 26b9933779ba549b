/**
 * Going through every order in which programs can take their steps. A program is run by replay: from its beginning, with
 * the answers that its earlier steps got, up to the first step that has none yet. So the real code runs, unchanged,
 * and each of its steps can be held up for as long as it takes. States that were seen before are not gone into again.
 */

/** One step that an actor asks for. */
export interface Step {
  readonly name: string;
  readonly args: readonly string[];
}

/** What a step came to. */
export interface Answer {
  readonly value?: unknown;
  /** The code of a failed system call. */
  readonly code?: string;
}

/** What the actors share; never changed, only followed by another one. */
export interface Shared<S> {
  /** The same for equal states, and different for others. */
  readonly key: string;
  /** What a step can come to: more than one thing where an answer can get lost. */
  readonly after: (actor: string, step: Step) => readonly { readonly state: S; readonly answer: Answer }[];
  /** What is left when an actor is killed. */
  readonly without: (actor: string) => S;
}

/** How a script asks for steps, and says what it is about. */
export interface Stage {
  readonly step: (name: string, ...args: string[]) => unknown;
  readonly enter: (section: string) => void;
  readonly leave: (section: string) => void;
}

/** A program. Between its steps it may depend on nothing but their answers. */
export type Script = (stage: Stage) => Promise<void>;

/** Where an actor is after some answers. */
interface Position {
  readonly next: Step | undefined;
  readonly sections: readonly string[];
  /** What it threw, if it ended by that. */
  readonly error: string | undefined;
}

class Suspended extends Error {}

/** An actor with all that was found out about it. */
class Actor {
  readonly name: string;
  readonly #script: Script;
  /** By the answers, as a path through these. */
  readonly #positions = new Map<number, Position>();
  readonly #logs: { readonly parent: number; readonly answer: Answer | undefined }[] = [
    { parent: -1, answer: undefined },
  ];
  readonly #children = new Map<string, number>();

  constructor(name: string, script: Script) {
    this.name = name;
    this.#script = script;
  }

  /** The log that follows another one with an answer. */
  append(log: number, answer: Answer): number {
    const key = `${log} ${JSON.stringify(answer)}`;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    this.#logs.push({ parent: log, answer });
    this.#children.set(key, this.#logs.length - 1);
    return this.#logs.length - 1;
  }

  async at(log: number): Promise<Position> {
    const known = this.#positions.get(log);
    if (known !== undefined) return known;
    const answers: Answer[] = [];
    for (let at = log; at > 0; at = this.#logs[at]?.parent ?? 0)
      answers.unshift(this.#logs[at]?.answer ?? {});
    const position = await this.#replay(answers);
    this.#positions.set(log, position);
    return position;
  }

  async #replay(answers: readonly Answer[]): Promise<Position> {
    let taken = 0;
    let next: Step | undefined;
    const sections: string[] = [];
    const stage: Stage = {
      step: (name, ...args) => {
        const answer = next === undefined ? answers[taken] : undefined;
        if (answer === undefined) {
          next ??= { name, args };
          throw new Suspended(name);
        }
        taken += 1;
        if (answer.code !== undefined)
          throw Object.assign(new Error(`${answer.code}: ${name} ${args}`), answer);
        return answer.value;
      },
      enter: (section) => void (next === undefined && sections.push(section)),
      leave: (section) => void (next === undefined && sections.splice(sections.indexOf(section), 1)),
    };
    let error: string | undefined;
    try {
      await this.#script(stage);
    } catch (thrown) {
      if (next === undefined)
        error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    }
    return { next, sections, error };
  }
}

/** One state of everything. */
export interface Situation<S> {
  readonly shared: S;
  readonly actors: readonly {
    readonly name: string;
    readonly sections: readonly string[];
    readonly standing: 'at work' | 'ended' | 'killed';
  }[];
}

/** What to go through. */
export interface Exploration<S extends Shared<S>> {
  readonly start: S;
  readonly scripts: Readonly<Record<string, Script>>;
  /** Steps that concern nobody else: whoever is at one takes it at once, for no order of these matters. */
  readonly isPrivate?: (actor: string, step: Step) => boolean;
  /** How many actors may be killed, each before any of its steps. */
  readonly kills?: number;
  /** Who can be killed; everybody by default. Of actors that do the same it is enough to kill one. */
  readonly victims?: readonly string[];
  /** What is wrong in a state, in a sentence. */
  readonly wrongIn: (situation: Situation<S>) => string | undefined;
  /**
   * One that comes when everybody else stands still, and does its work alone; then those who were held up go on, one
   * after the other, and at last another one comes. In which states that is tried, and what is wrong at the end.
   */
  readonly successor?: {
    readonly script: (name: string) => Script;
    readonly comes: (situation: Situation<S>) => boolean;
    readonly wrongAfter: (shared: S) => string | undefined;
  };
}

/** What was gone through. */
export interface Explored {
  readonly states: number;
  /** The first thing found wrong, and the steps that led to it. */
  readonly wrong: string | undefined;
}

interface Node<S> {
  readonly shared: S;
  readonly logs: readonly number[];
  readonly killed: readonly boolean[];
  readonly from: Node<S> | undefined;
  readonly label: string;
}

/** More steps than any script takes: whoever takes more goes round in circles. */
const ENDLESS = 2000;

/** Goes through all states that can be reached, and ends at the first in which something is wrong. */
export async function explore<S extends Shared<S>>(exploration: Exploration<S>): Promise<Explored> {
  const { start, scripts, kills = 0, victims, wrongIn, successor, isPrivate = () => false } = exploration;
  const actors = Object.entries(scripts).map(([name, script]) => new Actor(name, script));
  const [first, last] = ['first', 'last'].map((name) => successor && new Actor(name, successor.script(name)));
  // A set for each state of what is shared: one for all would become larger than a set can be.
  const seen = new Map<number, Set<string>>();
  let states = 0;
  const numbers = new Map<string, number>();
  // Among a million states there are a few thousand of what is shared.
  const numberOf = (shared: S): number => {
    const number = numbers.get(shared.key) ?? numbers.size;
    numbers.set(shared.key, number);
    return number;
  };
  const stack: Node<S>[] = [
    { shared: start, logs: actors.map(() => 0), killed: actors.map(() => false), from: undefined, label: '' },
  ];
  const ends = new Map<string, S | string>();
  /** What is there once an actor has gone on alone to its end. */
  const runAlone = async (begin: S, actor: Actor, log: number, trace?: string[]): Promise<S | string> => {
    const key = `${actor.name} ${log} ${numberOf(begin)}`;
    const known = trace === undefined ? ends.get(key) : undefined;
    if (known !== undefined) return known;
    let shared: S | string = begin;
    for (let steps = 0, at = log; typeof shared !== 'string'; steps += 1) {
      const { next, error } = await actor.at(at);
      if (error !== undefined) shared = `${actor.name} failed: ${error}`;
      else if (steps > ENDLESS) shared = `${actor.name} does not come to an end`;
      if (next === undefined || typeof shared === 'string') break;
      const [outcome] = shared.after(actor.name, next);
      if (outcome === undefined) throw new Error(`Nothing comes of ${next.name}.`);
      trace?.push(labelOf(actor.name, next, outcome.answer));
      shared = outcome.state;
      at = actor.append(at, outcome.answer);
    }
    ends.set(key, shared);
    return shared;
  };
  /** What is wrong when a successor has done its work, those who were held up have gone on, and another one came. */
  const wrongAfter = async (node: Node<S>, trace?: string[]): Promise<string | undefined> => {
    if (successor === undefined || first === undefined || last === undefined) return undefined;
    let shared = await runAlone(node.shared, first, 0, trace);
    for (const [at, actor] of actors.entries())
      if (typeof shared !== 'string' && node.killed[at] !== true)
        shared = await runAlone(shared, actor, node.logs[at] ?? 0, trace);
    if (typeof shared !== 'string') shared = await runAlone(shared, last, 0, trace);
    return typeof shared === 'string' ? shared : successor.wrongAfter(shared);
  };
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const { shared, logs, killed } = node;
    const key = `${logs.join()} ${killed.map(Number).join('')}`;
    const beside = seen.get(numberOf(shared)) ?? new Set();
    if (beside.has(key)) continue;
    seen.set(numberOf(shared), beside.add(key));
    states += 1;
    const positions = await Promise.all(actors.map((actor, at) => actor.at(logs[at] ?? 0)));
    const situation: Situation<S> = {
      shared,
      actors: positions.map(({ sections, next }, at) => ({
        name: actors[at]?.name ?? '',
        sections: killed[at] === true ? [] : sections,
        standing: killed[at] === true ? 'killed' : next === undefined ? 'ended' : 'at work',
      })),
    };
    const error = positions.find((one, at) => one.error !== undefined && killed[at] !== true)?.error;
    const wrong = error ?? wrongIn(situation);
    if (wrong !== undefined) return { states, wrong: [wrong, ...pathTo(node)].join('\n') };
    if (successor?.comes(situation) === true) {
      const problem = await wrongAfter(node);
      if (problem !== undefined) {
        const trace: string[] = [];
        await wrongAfter(node, trace);
        return { states, wrong: [problem, ...pathTo(node), 'then alone:', ...trace].join('\n') };
      }
    }
    const from = node;
    const isAlone = (at: number): boolean => {
      const step = positions[at]?.next;
      return step !== undefined && killed[at] !== true && isPrivate(actors[at]?.name ?? '', step);
    };
    const alone = actors.findIndex((_, at) => isAlone(at));
    for (const [at, actor] of actors.entries()) {
      const { next } = positions[at] ?? {};
      if (next === undefined || killed[at] === true || (alone !== -1 && at !== alone)) continue;
      const replaced = (log: number): number[] => logs.map((one, index) => (index === at ? log : one));
      for (const { state, answer } of shared.after(actor.name, next)) {
        const label = labelOf(actor.name, next, answer);
        stack.push({
          shared: state,
          logs: replaced(actor.append(logs[at] ?? 0, answer)),
          killed,
          from,
          label,
        });
      }
      if (alone === -1 && killed.filter(Boolean).length < kills && victims?.includes(actor.name) !== false) {
        const after = killed.map((one, index) => one || index === at);
        stack.push({
          shared: shared.without(actor.name),
          logs,
          killed: after,
          from,
          label: `${actor.name} is killed`,
        });
      }
    }
  }
  return { states, wrong: undefined };
}

function labelOf(actor: string, { name, args }: Step, { value, code }: Answer): string {
  return `  ${actor}: ${name} ${args.join(' ')} → ${code ?? JSON.stringify(value) ?? 'done'}`;
}

function pathTo<S>(node: Node<S>): string[] {
  const labels: string[] = [];
  for (let at: Node<S> | undefined = node; at?.from !== undefined; at = at.from) labels.unshift(at.label);
  return labels;
}
