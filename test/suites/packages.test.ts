import assert from 'node:assert/strict';
import { ensurePackages, type PackageSystem } from './packages.ts';

const WANTED = [{ name: 'git-annex', command: 'git-annex' }, { name: 'libx11-dev' }, { name: 'chromium' }];

/** A Debian machine that knows all packages but those in `unknown`, and what was done to it. */
function machine(part: Partial<PackageSystem> & { has?: string[]; unknown?: string[] }) {
  const installed = new Set(part.has ?? []);
  const apt: string[][] = [];
  const lines: string[] = [];
  const system: PackageSystem = {
    isRoot: true,
    hasApt: true,
    installed: (names) => new Set(names.filter((name) => installed.has(name))),
    hasCommand: () => false,
    apt: (args) => {
      apt.push([...args]);
      const names = args.filter((word) => WANTED.some(({ name }) => name === word));
      if (names.some((name) => part.unknown?.includes(name))) return false;
      for (const name of names) installed.add(name);
      return true;
    },
    log: (line) => lines.push(line),
    ...part,
  };
  return { system, apt, lines };
}

describe('system packages', () => {
  it('are left alone when all are there', () => {
    const { system, apt, lines } = machine({ has: ['git-annex', 'libx11-dev', 'chromium'] });
    assert.deepEqual(ensurePackages(WANTED, system), []);
    assert.deepEqual([apt, lines], [[], []]);
  });

  it('are installed by root, only the missing ones, after one update', () => {
    const { system, apt } = machine({
      has: ['libx11-dev'],
      hasCommand: (command) => command === 'git-annex',
    });
    assert.deepEqual(ensurePackages(WANTED, system), []);
    assert.deepEqual(
      apt.map(([verb, ...rest]) => [verb, ...rest.filter((word) => !word.startsWith('-'))]),
      [['update'], ['install', 'chromium']],
    );
  });

  it('are installed one by one when apt does not know one of them', () => {
    const { system } = machine({ unknown: ['chromium'] });
    assert.deepEqual(ensurePackages(WANTED, system), ['chromium']);
    assert.deepEqual([...system.installed(['git-annex', 'libx11-dev'])], ['git-annex', 'libx11-dev']);
  });

  it('are told with the line to type to anyone but root', () => {
    const { system, apt, lines } = machine({ isRoot: false, has: ['git-annex'] });
    assert.deepEqual(ensurePackages(WANTED, system), ['libx11-dev', 'chromium']);
    assert.deepEqual(apt, []);
    assert(lines.includes('    sudo apt-get install libx11-dev chromium'));
  });
});
