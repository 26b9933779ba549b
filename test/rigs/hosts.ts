/** Runners as on machines of their own: with pids of their own, equal ones at that, another name, and another time. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended, MINIPACH, type TestProject } from './project.ts';

/** How a host differs from this one. */
export interface HostFacts {
  readonly name: string;
  /** How far its clock is off, as `faketime` takes it. */
  readonly clock: string;
  readonly runners: number;
}

/** Behind by half an hour; an hour behind the other one. */
export const NORTH: HostFacts = { name: 'north', clock: '-30m', runners: 3 };
/** Ahead by half an hour. */
export const SOUTH: HostFacts = { name: 'south', clock: '+30m', runners: 2 };

const SCRIPT = `hostname "$1"; exits=$2; runners=$3; shift 3
while [ "$runners" -gt 0 ]; do ( "$@" > "$exits/$runners.log" 2>&1; echo $? > "$exits/$runners.exit" ) & runners=$((runners - 1)); done
wait`;

const UNSHARE = ['--uts', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', SCRIPT, 'sh'];

/** Whether this machine and this user can make hosts. */
export function canMakeHosts(): boolean {
  return spawnSync('unshare', [...UNSHARE, 'probe', '/nowhere', '0', 'true']).status === 0 && hasFaketime();
}

function hasFaketime(): boolean {
  return spawnSync('faketime', ['-f', '+1h', 'true']).status === 0;
}

/** A host with runners at work in a project. */
export class Host {
  readonly #child: ChildProcess;
  readonly #exits: string;

  /** @param lease - Milliseconds. */
  constructor({ name, clock, runners }: HostFacts, project: TestProject, lease: number) {
    this.#exits = mkdtempSync(join(project.root, '..', `exits-of-${name}-`));
    const command = [process.execPath, MINIPACH, 'run', '-j', '2'];
    const host = ['unshare', ...UNSHARE, name, this.#exits, String(runners)];
    // Outside, where its own pid is one of a kind: it makes semaphores that are called after it.
    this.#child = spawn('faketime', ['-f', clock, ...host, ...command], {
      cwd: project.root,
      env: { ...project.environment, MINIPACH_TEST_LEASE: String(lease) },
      stdio: 'ignore',
    });
  }

  /** The pids of its runners, as this machine sees them. */
  runners(): number[] {
    return descendants(this.#child.pid ?? 0).filter((pid) => {
      const [program = '', ...words] = wordsOf(pid);
      return program.endsWith('node') && words.includes('run') && words[0] === MINIPACH;
    });
  }

  /** Waits until all runners have ended, and tells their exit codes and what they said. */
  async ends(): Promise<{ readonly exit: number; readonly said: string }[]> {
    await ended(this.#child);
    const names = readdirSync(this.#exits).filter((name) => name.endsWith('.exit'));
    return names.map((name) => ({
      exit: Number(readFileSync(join(this.#exits, name), 'utf8')),
      said: readFileSync(join(this.#exits, name.replace('.exit', '.log')), 'utf8'),
    }));
  }
}

function wordsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It has ended meanwhile.
    }
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}
