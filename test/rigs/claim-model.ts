/**
 * Runners in a model of a machine: their claims, marks, locks and the walk through dead recorders' folders are the real
 * code; git and the jobs are a few steps each, in the order in which `recorder.ts` and `step-forward.ts` take theirs.
 */
import type { ClaimFiles } from '../../src/run/claims/claim-files.ts';
import type { ClaimWorld } from '../../src/run/claims/claim-world.ts';
import { Holder, Observer } from '../../src/run/claims/holder.ts';
import type { State } from '../../src/run/state.ts';
import type { Situation, Stage, Step } from './interleavings.ts';
import type { ModelFiles } from './model-files.ts';

/** Where everything is in the model. */
export const STATE: State = {
  root: '',
  runs: 'runs',
  holders: 'holders',
  claims: 'claims',
  fetching: 'fetching',
  results: 'results',
  failed: 'failed',
  logs: 'logs',
  record: 'record',
  workspaces: 'workspaces',
  images: 'images',
  trash: 'trash',
  hooks: 'hooks',
};

/** The one job that there is. */
export const JOB = 'job';

/** A rule that is not kept, to see that this is found. */
export type Fault =
  | 'no-mark'
  | 'no-second-look-at-links'
  | 'no-look-at-the-file'
  | 'release-by-removing'
  | 'pid-alone'
  | 'clocks-compared'
  | 'look-before-claim'
  | 'refs-kept'
  | 'folder-made-again'
  | 'anybodys-lock-removed'
  | 'claim-before-end';

/** What kind of machine. */
export interface ModelMachine {
  /** All on one host, where a look at a process is proof; else each on one of its own, where only beats tell. */
  readonly isOneHost: boolean;
  readonly fault?: Fault | undefined;
}

/** The machine as one actor sees it; each question to it is a step. */
export function worldOf(name: string, stage: Stage, { isOneHost, fault }: ModelMachine): ClaimWorld {
  let now = 0;
  const far = fault === 'pid-alone' ? 'one host' : `host of ${name}`;
  return {
    files: filesOf(stage, fault),
    beat: 1,
    // Found as it was at a second look, it has stood still for long enough: any actor may be as slow as that.
    lease: 2,
    token: () => name,
    host: 'host',
    place: isOneHost ? 'one host' : far,
    // The same on all hosts, as in containers.
    pid: 1,
    started: name,
    // On a host of one's own, whoever has that pid is somebody else.
    isAlive: (_, started) => (isOneHost ? stage.step('has', `proc/${started}`) === true : started === name),
    isStopped: () => false,
    endJobs: (folder) => {
      // Jobs of other hosts are out of reach.
      if (isOneHost) stage.step('remove', `running/${folder.slice(`${STATE.workspaces}/`.length)}`);
    },
    now: () => {
      now += 2;
      return now;
    },
    every: () => () => undefined,
  };
}

function filesOf({ step }: Stage, fault: Fault | undefined): ClaimFiles {
  let linked: string | undefined;
  return {
    link: (file, name) => {
      if (fault === 'no-mark' && name.endsWith('.dead')) return;
      if (fault === 'release-by-removing' && file.includes('.free')) {
        const dot = name.lastIndexOf('.');
        return void step('remove', `${name.slice(0, dot)}.${Number(name.slice(dot + 1)) - 1}`);
      }
      step('link', file, name);
      linked = name;
    },
    create: (path, text) => void step('create', path, text),
    fill: (path, text) => void step('fill', path, text),
    write: (path, text) => void step('write', path, text),
    read: (path) => String(step('read', path)),
    list: (folder) => {
      const found = step('list', folder) as string[];
      if (fault !== 'no-second-look-at-links' || linked?.startsWith(`${folder}/`) !== true) return found;
      return [linked.slice(folder.length + 1)];
    },
    has: (path) => step('has', path) === true,
    isSame: (one, other) =>
      step('isSame', one, other) === true && (fault !== 'no-look-at-the-file' || other.endsWith('.link')),
    rename: (from, to) => void step('rename', from, to),
    remove: (path) => void step('remove', path),
    // They are always there in the model, but for those that come and go.
    makeFolder: () => undefined,
  };
}

/** An observer of the machine, or one that breaks a rule. */
export function observerOf(world: ClaimWorld, fault: Fault | undefined): Observer {
  const observer = new Observer(STATE, world);
  // The clock of the other host goes an hour behind ours: its last beat looks that old.
  if (fault === 'clocks-compared') observer.isDead = (holder) => holder.token !== world.token();
  if (fault === 'claim-before-end') observer.endJobsOf = () => undefined;
  return observer;
}

/** Who a runner is, and what it sees. */
export interface ModelRunner {
  readonly state: State;
  readonly holder: Holder;
  readonly observer: Observer;
  readonly stage: Stage;
  readonly fault: Fault | undefined;
}

/** A runner that begins. */
export function begin(name: string, stage: Stage, machine: ModelMachine): ModelRunner {
  stage.step('create', `proc/${name}`, 'runs');
  const world = worldOf(name, stage, machine);
  const observer = observerOf(world, machine.fault);
  return { state: STATE, holder: new Holder(STATE, 'run', world), observer, stage, fault: machine.fault };
}

/**
 * Steps that no other actor's are about: what nobody but a holder itself looks at, or not as long as nobody can know of it,
 * and what it notes for us alone. Without `gc`, nobody else takes a holder's own file away.
 */
export function isPrivate(actor: string, { name, args }: Step): boolean {
  const [one = '', two] = args;
  const own = `holders/${actor}`;
  if ((one === own || one === `proc/${actor}`) && name === 'create') return true;
  if (one === own && (name === 'has' || name === 'isSame' || two === `${own}.link`)) return true;
  if (one === `${own}.link` || one === `executed/${actor}` || one === `workspaces/${actor}/result`)
    return name !== 'rename';
  return (one === `${own}.free1` && name !== 'link') || (one === `${own}.beat` && name === 'write');
}

/** More than one owner of one thing, none of which knows by a mark that it is none any more. */
export function severalOwners({ shared, actors }: Situation<ModelFiles>): string | undefined {
  const owners = new Map<string, string>();
  for (const { name, sections } of actors) {
    if (shared.text(`holders/${name}.dead`) !== undefined) continue;
    for (const section of sections) {
      const other = owners.get(section);
      if (other !== undefined) return `${other} and ${name} both hold ${section}, and neither is fenced.`;
      owners.set(section, name);
    }
  }
  return undefined;
}
