/**
 * A real Slurm of one node, in a folder of its own and on ports of its own, so that several can run side by side: munge,
 * controller and node are Debian's, and what tests kill is what an administrator would see die.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ended } from './project.ts';
import { startAccounting } from './slurm-accounting.ts';

const PROGRAMS = { munged: '/usr/sbin/munged', slurmctld: '/usr/sbin/slurmctld', slurmd: '/usr/sbin/slurmd' };

/** Milliseconds that the services have to answer. */
const PATIENCE = 20_000;

/** Whether one can be started here: its services want to be root's. */
export function hasSlurm(): boolean {
  return process.getuid?.() === 0 && Object.values(PROGRAMS).every((path) => existsSync(path));
}

/** What a test wants of its cluster. */
export interface SlurmOptions {
  /** How many processors the node says it has. */
  readonly cpus?: number;
  /** Further lines of `slurm.conf`. */
  readonly settings?: readonly string[];
  /** Whether the node has mounts of its own, so that it need not see all that this machine has. */
  readonly ownMounts?: boolean;
  /** Whether it remembers jobs that its controller has forgotten. */
  readonly accounting?: boolean;
}

/** A cluster that is up; `stop` ends it and all that it runs. */
export class SlurmCluster {
  readonly folder: string;
  #munged: ChildProcess | undefined;
  #controller: ChildProcess | undefined;
  #node: ChildProcess | undefined;
  #ownMounts = false;
  #accounting: readonly ChildProcess[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Starts one, and waits until its node takes jobs. */
  static async start(options: SlurmOptions = {}): Promise<SlurmCluster> {
    const cluster = new SlurmCluster(mkdtempSync(join(tmpdir(), 'minipach-slurm-')));
    try {
      await cluster.#begin(options);
      return cluster;
    } catch (error) {
      const said = cluster.#logs();
      await cluster.stop();
      throw new Error(`Slurm did not start: ${String(error)}\n${said}`);
    }
  }

  /** The variables with which Slurm's commands speak to this cluster. */
  get environment(): { readonly SLURM_CONF: string } {
    return { SLURM_CONF: this.#path('slurm.conf') };
  }

  /** Runs one of Slurm's commands and returns what it printed; throws where it fails. */
  command(file: string, ...args: string[]): string {
    const { status, stdout, stderr } = this.#run(file, args);
    if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** The state of each task that the controller knows, ended ones included, by `<job>_<task>`. */
  states(): Record<string, string> {
    const { stdout } = this.#run('squeue', ['-h', '-r', '-t', 'all', '-o', '%i %T']);
    return Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(' ')),
    );
  }

  /** Ends the controller as a crash does. */
  async killController(): Promise<void> {
    await kill(this.#controller);
  }

  /** Starts the controller once more, with what it had saved. */
  async startController(): Promise<void> {
    this.#controller = this.#service('slurmctld', ['-D', '-f', this.#path('slurm.conf')]);
    await this.#until(() => this.#run('scontrol', ['ping']).stdout.includes('UP'));
  }

  /** Ends the node's service as a crash does; the jobs' own watchers outlive it. */
  async killNode(): Promise<void> {
    await kill(this.#node);
  }

  /** Starts the node's service once more. */
  async startNode(): Promise<void> {
    const args = ['-D', '-N', 'node1', '-f', this.#path('slurm.conf')];
    // `unshare` becomes what it starts, so that it is the service that is killed.
    this.#node = this.#service('slurmd', args, this.#ownMounts ? ['unshare', '--mount'] : []);
    await this.#until(() => /^(idle|mix|alloc)/.test(this.#run('sinfo', ['-h', '-o', '%t']).stdout));
  }

  /** Takes a folder from the node, which has mounts of its own: all that it has of it is its name. */
  hide(folder: string): void {
    const { pid } = this.#node ?? {};
    const args = [`--target=${pid}`, '--mount', 'mount', '-t', 'tmpfs', 'none', folder];
    const { status, stderr } = this.#run('nsenter', args);
    if (status !== 0) throw new Error(stderr);
  }

  /** Ends all jobs and services, and removes the folder. */
  async stop(): Promise<void> {
    if (this.#controller?.exitCode === null) {
      this.#run('scancel', ['--full', '--signal=KILL', '--user=root']);
      this.#run('scancel', ['--user=root']);
    }
    for (const service of [this.#node, this.#controller, ...this.#accounting, this.#munged])
      await kill(service);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #begin(options: SlurmOptions): Promise<void> {
    const { cpus = 4, settings = [], ownMounts = false, accounting = false } = options;
    this.#ownMounts = ownMounts;
    const [controller, node, accounts = 0, databasePort = 0] = await freePorts(4);
    const authentication = `socket=${this.#path('munge', 'socket')}`;
    for (const name of ['state', 'spool', 'munge']) mkdirSync(this.#path(name), { mode: 0o755 });
    writeFileSync(this.#path('munge', 'key'), randomBytes(128), { mode: 0o600 });
    const lines = [
      'ClusterName=minipach',
      `SlurmctldHost=${hostname()}(127.0.0.1)`,
      `SlurmctldPort=${controller}`,
      `SlurmdPort=${node}`,
      'SlurmUser=root',
      'SlurmdUser=root',
      'AuthType=auth/munge',
      `AuthInfo=${authentication}`,
      'CredType=cred/munge',
      `StateSaveLocation=${this.#path('state')}`,
      `SlurmdSpoolDir=${this.#path('spool')}`,
      `SlurmctldPidFile=${this.#path('slurmctld.pid')}`,
      `SlurmdPidFile=${this.#path('slurmd.pid')}`,
      `SlurmctldLogFile=${this.#path('slurmctld.log')}`,
      `SlurmdLogFile=${this.#path('slurmd.log')}`,
      'ProctrackType=proctrack/linuxproc',
      'TaskPlugin=task/none',
      'MpiDefault=none',
      'SelectType=select/cons_tres',
      'SelectTypeParameters=CR_CPU_Memory',
      'JobAcctGatherType=jobacct_gather/linux',
      'JobAcctGatherFrequency=1',
      'JobAcctGatherParams=OverMemoryKill',
      ...(accounting
        ? [
            'AccountingStorageType=accounting_storage/slurmdbd',
            'AccountingStorageHost=127.0.0.1',
            `AccountingStoragePort=${accounts}`,
            // Towards this service the socket has another name.
            `AccountingStoragePass=${this.#path('munge', 'socket')}`,
          ]
        : ['AccountingStorageType=accounting_storage/none']),
      // A node of a few processors on a machine of fewer.
      'SlurmdParameters=config_overrides',
      'SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1',
      'ReturnToService=2',
      'KillWait=2',
      'SlurmdTimeout=5',
      'CompleteWait=0',
      'DefMemPerCPU=500',
      `NodeName=node1 NodeHostname=${hostname()} NodeAddr=127.0.0.1 CPUs=${cpus} RealMemory=4000 Features=fast State=UNKNOWN`,
      'PartitionName=main Nodes=node1 Default=YES MaxTime=60 State=UP',
      'PartitionName=other Nodes=node1 MaxTime=60 State=UP',
      ...settings,
    ];
    writeFileSync(this.#path('slurm.conf'), `${lines.join('\n')}\n`);
    this.#munged = spawn(
      PROGRAMS.munged,
      [
        '--foreground',
        '--force',
        `--socket=${this.#path('munge', 'socket')}`,
        `--key-file=${this.#path('munge', 'key')}`,
        `--pid-file=${this.#path('munge', 'pid')}`,
        `--seed-file=${this.#path('munge', 'seed')}`,
        `--log-file=${this.#path('munge', 'log')}`,
      ],
      { stdio: 'ignore' },
    );
    await this.#until(() => existsSync(this.#path('munge', 'socket')));
    if (accounting)
      this.#accounting = await startAccounting({
        folder: this.folder,
        port: accounts,
        databasePort,
        authentication,
        until: (isSo) => this.#until(isSo),
      });
    await this.startController();
    await this.startNode();
  }

  #service(
    name: 'slurmctld' | 'slurmd',
    args: readonly string[],
    before: readonly string[] = [],
  ): ChildProcess {
    const [file = '', ...words] = [...before, PROGRAMS[name], ...args];
    return spawn(file, words, { stdio: 'ignore', env: { ...process.env, ...this.environment } });
  }

  #run(file: string, args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(file, args, { encoding: 'utf8', env: { ...process.env, ...this.environment } });
  }

  async #until(isSo: () => boolean): Promise<void> {
    const start = performance.now();
    while (!isSo()) {
      if (performance.now() - start > PATIENCE) throw new Error('no answer');
      await delay(50);
    }
  }

  #logs(): string {
    return ['slurmctld.log', 'slurmd.log', 'slurmdbd.log']
      .map((name) =>
        existsSync(this.#path(name)) ? readFileSync(this.#path(name), 'utf8').slice(-3000) : '',
      )
      .join('\n');
  }

  #path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }
}

async function kill(service: ChildProcess | undefined): Promise<void> {
  service?.kill('SIGKILL');
  if (service !== undefined) await ended(service);
}

async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(probes.map((probe) => once(probe, 'listening')));
  const ports = probes.map((probe) => (probe.address() as AddressInfo).port);
  for (const probe of probes) probe.close();
  await Promise.all(probes.map((probe) => once(probe, 'close')));
  return ports;
}
