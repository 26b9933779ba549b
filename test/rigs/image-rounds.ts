/** Tasks of Slurm that all need one image, which only a store without a storage sibling has: how often it is fetched, and what fails. */
import assert from 'node:assert/strict';
import { type FSWatcher, mkdirSync, watch } from 'node:fs';
import { makeSquashfs } from './images.ts';
import { TestProject } from './project.ts';
import type { SlurmCluster } from './slurm.ts';

/** How many jobs there are, each in a task of its own. */
const TASKS = 8;

/** A project whose jobs run in an image that is fetched anew in each round. */
export class ImageRounds {
  readonly project: TestProject;
  readonly #cluster: SlurmCluster;
  readonly #key: string;
  readonly #watcher: FSWatcher;
  #round = 0;
  #locks = 0;

  /** @param bytes - How large the image is, beside what it takes to be one. */
  constructor(cluster: SlurmCluster, bytes: number) {
    this.#cluster = cluster;
    this.project = TestProject.make({ annex: true });
    const { project } = this;
    const store = project.at('../store');
    mkdirSync(store.root);
    store.git('init', '--quiet', '--bare');
    mkdirSync(project.path('images'));
    makeSquashfs(project.path('images', 'tool.sqfs'), 'a large image', bytes);
    project.git('annex', 'add', '--quiet', '--force-large', 'images');
    project.write(
      'boxed/spec.yml',
      'input: {pfs: {repo: data, glob: "/*"}}\ntransform: {image: images/tool.sqfs, cmd: [cp, "{data}/a.txt", "{out}/b.txt"]}\n',
    );
    this.#renewData();
    this.#key = project.git('annex', 'lookupkey', 'images/tool.sqfs').trim();
    project.git('remote', 'add', 'store', store.root);
    project.git('push', '--quiet', 'store', 'main', 'git-annex');
    project.git('annex', 'copy', '--quiet', '--to=store', 'images');
    // git-annex locks a key in the store for each transfer from there, under the name of who gets it.
    const uuid = project.git('config', 'annex.uuid').trim();
    const locks = store.path('annex', 'transfer', 'download', uuid);
    mkdirSync(locks, { recursive: true });
    this.#watcher = watch(locks, (event, name) => {
      if (event === 'rename' && name === `lck.${this.#key}`) this.#locks += 1;
    });
  }

  /** Runs all jobs, on new data and with the image not here; nothing may fail. */
  run(): void {
    this.#renewData();
    this.project.git('annex', 'drop', '--quiet', 'images');
    const variables = { ...this.#cluster.environment, USER: 'test' };
    const { code, stdout, stderr } = this.project.minipachWith(variables, 'run', '--executor', 'slurm');
    assert.equal(code, 0, `round ${this.#round}: ${stdout}${stderr}`);
    assert.match(stdout, new RegExp(`^${TASKS} done\\.$`, 'm'));
    assert.match(stdout, new RegExp(`in ${TASKS} tasks`));
    assert.equal(this.project.read(`boxed/d${TASKS}/b.txt`), this.project.read(`data/d${TASKS}/a.txt`));
  }

  /** How often the image was transferred from the store: a lock comes and goes each time. Known once this process has looked at its events. */
  get transfers(): number {
    return this.#locks / 2;
  }

  remove(): void {
    this.#watcher.close();
    this.project.remove();
  }

  #renewData(): void {
    this.#round += 1;
    for (let datum = 1; datum <= TASKS; datum += 1)
      this.project.write(`data/d${datum}/a.txt`, `round ${this.#round}, datum ${datum}\n`);
    this.project.commit(`Begin round ${this.#round}`);
  }
}
