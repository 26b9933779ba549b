/** Small real images: a static busybox and what it is called by, as a directory or a squashfs file. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Commands that the images have. */
const APPLETS = ['sh', 'cat', 'cp', 'echo', 'env', 'id', 'ls', 'mkdir', 'pwd', 'sleep', 'touch', 'wc'];

/** Directories that Charliecloud mounts over; git keeps them by a file. */
const MOUNT_POINTS = ['dev', 'etc', 'mnt', 'proc', 'sys', 'tmp', 'usr'];

/** Whether this machine can make such images and run them. */
export function canRunImages(): boolean {
  // ch-run asks for a user's name even to tell its version.
  const env = { ...process.env, USER: 'test' };
  const runs = (program: string, ...args: string[]): boolean =>
    spawnSync(program, args, { env }).error === undefined;
  return runs('ch-run', '--version') && runs('mksquashfs', '-version') && runs('/bin/busybox');
}

/** Makes an image directory. What it says about itself makes its content differ from another one's. */
export function makeImageDirectory(path: string, about = 'a test image'): void {
  for (const name of ['bin', ...MOUNT_POINTS]) {
    mkdirSync(join(path, name), { recursive: true });
    if (name !== 'bin') writeFileSync(join(path, name, '.keep'), '');
  }
  for (const name of ['passwd', 'group']) writeFileSync(join(path, 'etc', name), '');
  copyFileSync('/bin/busybox', join(path, 'bin', 'busybox'));
  for (const applet of APPLETS) symlinkSync('busybox', join(path, 'bin', applet));
  writeFileSync(join(path, 'etc', 'about'), `${about}\n`);
}

/**
 * Makes a squashfs image; its directory is there only meanwhile.
 * @param ballast - Bytes that it has beside what can be run.
 */
export function makeSquashfs(path: string, about?: string, ballast = 0): void {
  const directory = `${path}.d`;
  makeImageDirectory(directory, about);
  if (ballast > 0) writeFileSync(join(directory, 'ballast'), randomBytes(ballast));
  const { status, stderr } = spawnSync('mksquashfs', [
    directory,
    path,
    '-quiet',
    '-noappend',
    '-no-progress',
    // What is random cannot be made smaller.
    ...(ballast > 0 ? ['-noD'] : []),
  ]);
  rmSync(directory, { recursive: true });
  if (status !== 0) throw new Error(`mksquashfs ended with ${status}: ${stderr}`);
}
