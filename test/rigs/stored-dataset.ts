/** A dataset with a RIA store, and clones of it to compare: Minipach's and DataLad's. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { findProgram } from '../../src/project/programs.ts';
import { TestProject } from './project.ts';

/** What datalad or git-annex writes once it has looked at a remote, and ids that each clone has for itself. */
const OWN =
  /^(?:annex\.uuid|remote\..*\.annex-(?:cost|availability|ignore-auto)|remote\.origin-2\.annex-ignore)$/;

/** What makes a clone what it is: its configuration, its branches, what is checked out. */
export function shapeOf(clone: TestProject): unknown {
  const config = clone
    .git('config', '--local', '--list')
    .split('\n')
    // git-annex reads the same of a path and of its URL; a relative one starts at the clone.
    .map((line) => line.replace(/url=(?:file:\/\/|\.\.\/)?(?=\S)/, 'url='))
    .filter((line) => line !== '' && !OWN.test(line.split('=')[0] ?? ''))
    .map((line) => line.replace(/^(remote\.\S+\.url)=.*\/(?=[^/]+$)/, '$1=…/'))
    .sort();
  const refs = clone.git('for-each-ref', '--format=%(refname)').split('\n');
  // git-annex merges its branch when it is asked something first.
  const branches = refs.filter((ref) => !ref.includes('synced') && ref !== 'refs/heads/git-annex');
  return {
    config,
    branches,
    head: clone.git('rev-parse', 'HEAD'),
    status: clone.git('status', '--porcelain'),
  };
}

/** Gets the large file, and reads it. */
export function content(clone: TestProject): string {
  clone.git('annex', 'get', '--quiet', 'large.bin');
  return clone.read('large.bin');
}

/** Whether the programs are there. */
export function canCompareClones(): boolean {
  return findProgram('datalad') !== undefined && findProgram('git-annex-remote-ora') !== undefined;
}

/** A dataset with an annexed `large.bin` (tagged `v1`), then `small.txt`; and its store beside it, alias `own`. */
export class StoredDataset {
  readonly project: TestProject;
  readonly id: string;
  #clones = 0;

  constructor() {
    const project = TestProject.make();
    this.project = project;
    project.ok('datalad', ['create', '--force', '.']);
    project.write('.gitattributes', '* annex.largefiles=nothing\n*.bin annex.largefiles=anything\n');
    project.write('large.bin', 'a large file\n');
    project.git('annex', 'add', '--quiet', 'large.bin');
    project.commit('Add a large file');
    project.git('tag', 'v1');
    project.write('small.txt', 'small\n');
    project.commit('Add a small file');
    this.id = project.git('config', '--file', '.datalad/config', 'datalad.dataset.id').trim();
    project.ok('datalad', [
      ...['create-sibling-ria', '-s', 'store', '--new-store-ok', '--alias', 'own'],
      `ria+file://${this.beside('store')}`,
    ]);
    project.ok('datalad', ['push', '--to', 'store']);
    project.git('push', '--quiet', 'store', 'v1');
  }

  /** A path beside the dataset. */
  beside(name: string): string {
    return join(this.project.root, '..', name);
  }

  /** A name beside the dataset that nothing has yet. */
  newPlace(): TestProject {
    this.#clones += 1;
    return this.project.at(`../clone-${this.#clones}`);
  }

  /** Minipach's clone of a source. */
  clone(source: string, variables: NodeJS.ProcessEnv = {}): TestProject {
    const place = this.newPlace();
    const { code, stdout, stderr } = this.project.minipachWith(variables, 'clone', source, place.root);
    assert.equal(code, 0, stdout + stderr);
    return place;
  }

  /** DataLad's. */
  dataladClone(source: string, variables: NodeJS.ProcessEnv = {}): TestProject {
    const place = this.newPlace();
    this.project.ok('datalad', ['clone', source, place.root], variables);
    return place;
  }
}
