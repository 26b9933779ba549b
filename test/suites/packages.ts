/**
 * The programs from outside npm that tests and benchmarks use. As root on Debian and its descendants the missing
 * ones are installed; elsewhere the line to type is printed, and the suites that need them are skipped by name.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** One Debian package. */
export interface SystemPackage {
  readonly name: string;
  /** A program that shows that it is there even where Debian's package manager is not. */
  readonly command?: string;
}

/** Whether installing a service starts it: nobody who runs tests wants an ssh server, or a cluster, that stays. */
const startsServices = existsSync('/run/systemd/system');

/** What `npm test` uses. */
export const TEST_PACKAGES: readonly SystemPackage[] = [
  { name: 'git', command: 'git' },
  { name: 'git-annex', command: 'git-annex' },
  { name: 'datalad', command: 'datalad' },
  { name: 'datalad-container' },
  { name: 'chromium', command: 'chromium' },
  // Runs images, which are made of a busybox.
  { name: 'charliecloud', command: 'ch-run' },
  { name: 'squashfs-tools', command: 'mksquashfs' },
  { name: 'busybox-static' },
  // Makes a project read-only, also for root.
  { name: 'bubblewrap', command: 'bwrap' },
  // Reads what `minipach graph --format dot` writes.
  { name: 'graphviz', command: 'dot' },
  // A file system without hard links.
  { name: 'encfs', command: 'encfs' },
  // Clocks of another host.
  { name: 'faketime', command: 'faketime' },
  // A cluster of one node.
  ...(startsServices
    ? []
    : [
        { name: 'slurm-wlm', command: 'slurmctld' },
        // What it remembers of jobs, which takes a database.
        { name: 'slurmdbd', command: 'slurmdbd' },
        { name: 'mariadb-server', command: 'mariadbd' },
        { name: 'munge', command: 'munged' },
      ]),
  // Clones by ssh; where there is none their test skips itself.
  ...(startsServices ? [] : [{ name: 'openssh-server', command: 'sshd' }]),
  // code-server compiles native modules when it is installed.
  { name: 'g++', command: 'g++' },
  { name: 'make', command: 'make' },
  { name: 'pkg-config', command: 'pkg-config' },
  { name: 'python3', command: 'python3' },
  { name: 'libkrb5-dev' },
  { name: 'libsecret-1-dev' },
  { name: 'libx11-dev' },
  { name: 'libxkbfile-dev' },
];

/** What `npm run bench` uses. */
export const BENCH_PACKAGES: readonly SystemPackage[] = [
  { name: 'git', command: 'git' },
  { name: 'git-annex', command: 'git-annex' },
  { name: 'datalad', command: 'datalad' },
  { name: 'snakemake', command: 'snakemake' },
];

/** The machine, as far as packages go; tests put another one in its place. */
export interface PackageSystem {
  readonly isRoot: boolean;
  readonly hasApt: boolean;
  /** The installed ones among these packages. */
  readonly installed: (names: readonly string[]) => ReadonlySet<string>;
  readonly hasCommand: (command: string) => boolean;
  /** Runs `apt-get`, showing what it prints; true when it succeeded. */
  readonly apt: (args: readonly string[]) => boolean;
  readonly log: (line: string) => void;
}

/** Installs what is missing if it can, and returns the names of the packages that are missing still. */
export function ensurePackages(wanted: readonly SystemPackage[], system: PackageSystem): readonly string[] {
  const missing = missingPackages(wanted, system);
  if (missing.length === 0) return missing;
  if (!system.hasApt || !system.isRoot) {
    system.log(
      `Some tests need programs that are missing here: ${missing.join(', ')}. To install them, type`,
    );
    system.log('');
    system.log(`    sudo apt-get install ${missing.join(' ')}`);
    system.log('');
    if (!system.hasApt) system.log('or what your system has in place of apt-get and of these names.');
    return missing;
  }
  system.log(`Installing ${missing.join(', ')}`);
  const install = ['install', '--yes', '--no-install-recommends', '-q'];
  system.apt(['update', '-q']);
  // One unknown name makes apt refuse them all, so that a failure means: one by one.
  if (!system.apt([...install, ...missing])) for (const name of missing) system.apt([...install, name]);
  const still = missingPackages(wanted, system);
  if (still.length > 0) system.log(`Could not be installed: ${still.join(', ')}. apt-get says why above.`);
  return still;
}

function missingPackages(wanted: readonly SystemPackage[], system: PackageSystem): readonly string[] {
  const candidates = wanted.filter(({ command }) => command === undefined || !system.hasCommand(command));
  if (candidates.length === 0) return [];
  const installed = system.installed(candidates.map(({ name }) => name));
  return candidates.map(({ name }) => name).filter((name) => !installed.has(name));
}

/** This machine. */
export function thisMachine(): PackageSystem {
  return {
    isRoot: process.getuid?.() === 0,
    hasApt: onPath('apt-get') && onPath('dpkg-query'),
    installed: installedDebianPackages,
    hasCommand: onPath,
    apt: (args) => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      return spawnSync('apt-get', [...args], { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
    },
    log: (line) => console.log(line),
  };
}

function onPath(command: string): boolean {
  const { PATH = '' } = process.env;
  return PATH.split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, command)));
}

function installedDebianPackages(names: readonly string[]): ReadonlySet<string> {
  // `${db:Status-Abbrev}` is "ii " for what is installed as wanted; unknown names only make it exit with 1.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg-query's own.
  const args = ['--show', '--showformat', '${Package} ${db:Status-Abbrev}\n', ...names];
  const { stdout } = spawnSync('dpkg-query', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = (stdout ?? '').split('\n').map((line) => line.split(' '));
  return new Set(lines.flatMap(([name, status]) => (name !== undefined && status === 'ii' ? [name] : [])));
}
