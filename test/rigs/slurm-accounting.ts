/** Slurm's accounting, for clusters that remember jobs after their controller has forgotten them: its real service and a database. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAMS = {
  slurmdbd: '/usr/sbin/slurmdbd',
  mariadbd: '/usr/sbin/mariadbd',
  install: '/usr/bin/mariadb-install-db',
};

/** Whether one can be started here. */
export function hasAccounting(): boolean {
  return Object.values(PROGRAMS).every((path) => existsSync(path));
}

/** What it takes. */
export interface AccountingOptions {
  /** The folder of `slurm.conf`, in which its own settings are looked for, too. */
  readonly folder: string;
  readonly port: number;
  readonly databasePort: number;
  /** How Slurm's services know each other. */
  readonly authentication: string;
  readonly until: (isSo: () => boolean) => Promise<void>;
}

/** Starts both, and waits until they answer; what comes first in the list is to be ended first. */
export async function startAccounting(options: AccountingOptions): Promise<readonly ChildProcess[]> {
  const { folder, port, databasePort, authentication, until } = options;
  const data = join(folder, 'database');
  mkdirSync(data);
  const socket = join(data, 'socket');
  const own = ['--no-defaults', `--datadir=${data}`, '--user=root'];
  const made = spawnSync(PROGRAMS.install, [...own, '--auth-root-authentication-method=normal'], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`mariadb-install-db: ${made.stderr}${made.stdout}`);
  const network = [`--socket=${socket}`, `--port=${databasePort}`, '--bind-address=127.0.0.1'];
  const database = spawn(PROGRAMS.mariadbd, [...own, ...network, '--skip-grant-tables', '--skip-log-bin'], {
    stdio: 'ignore',
  });
  await until(() => existsSync(socket));
  const lines = [
    `AuthType=auth/munge`,
    `AuthInfo=${authentication}`,
    'DbdHost=localhost',
    'DbdAddr=127.0.0.1',
    `DbdPort=${port}`,
    'SlurmUser=root',
    `LogFile=${join(folder, 'slurmdbd.log')}`,
    `PidFile=${join(folder, 'slurmdbd.pid')}`,
    'StorageType=accounting_storage/mysql',
    'StorageHost=127.0.0.1',
    `StoragePort=${databasePort}`,
    'StorageUser=root',
    'StorageLoc=accounting',
  ];
  writeFileSync(join(folder, 'slurmdbd.conf'), `${lines.join('\n')}\n`, { mode: 0o600 });
  const environment = { ...process.env, SLURM_CONF: join(folder, 'slurm.conf') };
  const service = spawn(PROGRAMS.slurmdbd, ['-D'], { stdio: 'ignore', env: environment });
  await until(
    () => spawnSync('sacctmgr', ['--noheader', 'list', 'cluster'], { env: environment }).status === 0,
  );
  return [service, database];
}
