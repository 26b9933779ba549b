/** A real ssh server on the loopback interface, for tests of what is reached by ssh. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../src/project/programs.ts';
import { ended } from './project.ts';

const SERVER = '/usr/sbin/sshd';

/** Whether there is one. */
export function hasSshServer(): boolean {
  return existsSync(SERVER) && findProgram('ssh') !== undefined;
}

/** A server that lets this user in. */
export interface SshServer {
  /** `ssh://user@127.0.0.1:port`. */
  readonly url: string;
  /** A folder for the beginning of PATH: its `ssh` is the system's with the key of this server, whoever calls it. */
  readonly programs: string;
  readonly stop: () => Promise<void>;
}

/** Starts one with keys of its own in a folder that is there. */
export async function startSshServer(folder: string): Promise<SshServer> {
  for (const key of ['host', 'user']) {
    const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
    if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr}`);
  }
  const port = await freePort();
  const settings = [
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'user.pub')}`,
    `PidFile ${join(folder, 'pid')}`,
    'ListenAddress 127.0.0.1',
    'StrictModes no',
    'UsePAM no',
  ];
  writeFileSync(join(folder, 'server'), `${settings.join('\n')}\n`);
  // Only root's server wants it, and the system makes it when it starts one of its own.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const server = spawn(SERVER, ['-D', '-e', '-p', String(port), '-f', join(folder, 'server')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await listening(server);
  const client = [
    '-i',
    join(folder, 'user'),
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    'UserKnownHostsFile=/dev/null',
    '-o',
    'LogLevel=ERROR',
  ];
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  writeFileSync(join(programs, 'ssh'), `#!/bin/sh\nexec ${findProgram('ssh')} ${client.join(' ')} "$@"\n`);
  chmodSync(join(programs, 'ssh'), 0o755);
  return {
    url: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    programs,
    stop: async () => {
      server.kill();
      await ended(server);
    },
  };
}

async function listening(server: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (said.includes('Server listening')) resolve();
    });
    server.on('close', () => reject(new Error(`sshd ended: ${said}`)));
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
