/** A dataset in a store without a storage sibling: what is annexed can only be had by git-annex itself. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom, TestProject } from './project.ts';

/** What `clone --json` tells of a dataset. */
export interface Told {
  readonly path: string;
  readonly state: string;
  readonly source: string | null;
  readonly failures: readonly {
    readonly source: string;
    readonly reason: string;
    readonly message: string;
  }[];
  readonly content?: {
    readonly files: number;
    readonly bytes: number;
    readonly fetched: number;
    readonly problem: string | null;
  };
}

/** Bytes of the file that all need. */
export const SHARED = 3_000_000;

/** Bytes of each file that one needs. */
export const OWN = 100_000;

/** How many of these there are. */
export const CLONES = 6;

/** A dataset with a file that all need and one for each, in a bare store that only git-annex brings content from. */
export class PlainStore {
  readonly project: TestProject;
  readonly store: TestProject;
  readonly #random = seededRandom(41);

  constructor() {
    this.project = TestProject.make({ annex: true });
    this.store = this.project.at('../store/abc/0b7f6e0c');
    this.add('shared.bin', SHARED);
    for (let one = 0; one < CLONES; one += 1) this.add(`own/${one}.bin`, OWN);
    this.project.commit('Add data');
    mkdirSync(this.store.root, { recursive: true });
    this.store.git('init', '--quiet', '--bare');
    this.project.git('remote', 'add', 'store', this.store.root);
    this.push();
  }

  add(path: string, bytes: number): void {
    const start = Array.from({ length: 8 }, () => this.#random().toString(36)).join('');
    this.project.write(path, start.padEnd(bytes, start));
    this.project.git('annex', 'add', '--quiet', path);
  }

  push(): void {
    this.project.git('fetch', '--quiet', 'store');
    this.project.git('annex', 'merge', '--quiet');
    // It has no annex before it has a branch of one.
    this.project.git('push', '--quiet', 'store', 'main', 'git-annex');
    this.project.git('annex', 'copy', '--quiet', '--to', 'store', '--all');
  }

  get keys(): string {
    return join(this.project.root, '..', 'keys');
  }

  args(name: string, ...paths: string[]): string[] {
    return ['clone', this.store.root, `../${name}`, '--json', '--store', this.keys, '--get', ...paths];
  }

  clone(
    name: string,
    ...paths: string[]
  ): { readonly code: number | null; readonly datasets: readonly Told[] } {
    const { code, stdout, stderr } = this.project.minipach(...this.args(name, ...paths));
    assert.notEqual(stdout, '', stderr);
    return { code, datasets: (JSON.parse(stdout) as { datasets: Told[] }).datasets };
  }

  key(path: string): string {
    return this.project.git('annex', 'lookupkey', path).trim();
  }

  at(name: string): TestProject {
    return this.project.at(`../${name}`);
  }
}
