/**
 * Taking a result's content in: into the project's annex where its `.gitattributes` say so, through git's filters
 * where it has any, as it stands otherwise. Content is in place before the commit that names it.
 */
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { GitError, git, gitLine } from '../../project/git.ts';
import type { Project } from '../../project/open.ts';
import { type BatchChild, startBatch } from '../../project/process.ts';
import { wordsOf } from '../../project/words-of.ts';
import { type GitContent, gitContent, type LeftFile, plainContent, storedContent } from '../result-files.ts';
import { lookAt } from '../state.ts';
import { largeFiles, storeFiles } from './large-files.ts';
import { pathsAbove } from './written.ts';

/** A result is recorded whatever a rule ignores, be it one of its own. */
const ADD_OPTIONS = ['--no-check-gitignore', '--json', '--json-error-messages'] as const;

/** What `git annex add --json` answers for a file. */
interface AddAnswer {
  readonly key?: string;
  readonly success?: boolean;
  readonly 'error-messages'?: readonly string[];
}

/** git-annex sets itself up as a filter for every file; what is to be annexed has been decided before. */
const WITHOUT_ANNEX = ['-c', 'filter.annex.clean=', '-c', 'filter.annex.process='];

/** A file of a result and its place in the dataset that it belongs to. */
export interface PlacedFile {
  readonly file: LeftFile;
  /** Relative to the dataset's root. */
  readonly target: string;
  /** Whether the file is in another dataset's annex, and must not become a part of two. */
  readonly isForeign?: boolean;
}

/**
 * Takes files in for one recorder and one dataset. Attributes are looked up at the files' places in it through a
 * stand-in work tree with an index of its own, so that the user's index and files are not touched.
 */
export class Ingest {
  readonly #project: Project;
  readonly #folder: string;
  readonly #index: string;
  /** Makes git, which may know another work tree from the configuration of a submodule, use the stand-in. */
  readonly #env: Readonly<Record<string, string>>;
  readonly #attributesOf: string;
  readonly #hashName: 'sha1' | 'sha256';
  readonly #answers: ((answer: AddAnswer) => void)[] = [];
  #annex: BatchChild | undefined;
  /** Whether the stand-in is there, with the project's attributes. */
  #isLaid = false;
  #filtered: boolean | undefined;

  /**
   * @param project - The dataset's repository: the project's own, or a subdataset's.
   * @param folder - A folder of ours, on its file system.
   * @param attributesOf - The commit whose attributes count.
   */
  constructor(project: Project, folder: string, attributesOf = 'HEAD') {
    this.#project = project;
    this.#attributesOf = attributesOf;
    this.#folder = join(folder, 'tree');
    this.#index = join(folder, 'tree.index');
    this.#env = { GIT_INDEX_FILE: this.#index, GIT_WORK_TREE: this.#folder };
    this.#hashName = project.head.length === 64 ? 'sha256' : 'sha1';
  }

  /**
   * What git is to store for each file, in the given order, or why it cannot be taken in, in a sentence. No file may
   * have the target of another one, or lie in it.
   */
  async take(placed: readonly PlacedFile[]): Promise<(GitContent | string)[]> {
    const annexed = await this.takeLarge(placed);
    const plain = placed.filter((one) => !annexed.has(one) && one.file.type !== 'symlink');
    const filtered =
      plain.length > 0 && (await this.#hasFilters())
        ? await this.#throughFilters(plain)
        : await this.#stored(largeFiles(plain));
    return placed.map(
      (one) => annexed.get(one) ?? filtered.get(one) ?? plainContent(one.file, this.#hashName),
    );
  }

  /** Those of some files that the annex takes, with what git is to store, or why it cannot take them, in a sentence. */
  async takeLarge(placed: readonly PlacedFile[]): Promise<ReadonlyMap<PlacedFile, GitContent | string>> {
    return this.#project.annex ? this.#throughAnnex(placed) : new Map();
  }

  /** Ends git-annex, which then commits what it knows about the new content to its own branch. */
  async end(): Promise<void> {
    if (this.#annex !== undefined) {
      this.#annex.end();
      await this.#annex.closed;
    }
    rmSync(this.#folder, { recursive: true, force: true });
    rmSync(this.#index, { force: true });
  }

  /** Files that git-annex takes or cannot take; those that the project's attributes leave to git are not among them. */
  async #throughAnnex(placed: readonly PlacedFile[]): Promise<Map<PlacedFile, GitContent | string>> {
    await this.#makeStandIn();
    const taken = new Map<PlacedFile, GitContent | string>();
    const regular = placed.filter(({ file }) => file.type !== 'symlink');
    const answers = regular.map(async (one) => {
      const place = this.#lay(one);
      const answer = await this.#add(one.target);
      if (answer.success !== true) {
        const why = answer['error-messages']?.join('; ') || 'it gave no reason';
        taken.set(one, `git-annex could not take ${one.target} in: ${why.replace(/\.?$/, '.')}`);
      } else if (answer.key !== undefined) taken.set(one, this.#annexed(one.file, place, answer.key));
    });
    await Promise.all(answers);
    return taken;
  }

  /** A hard link, so that nothing is copied and the staged result stays whole until it is recorded. */
  #lay({ file, target, isForeign }: PlacedFile): string {
    const place = join(this.#folder, target);
    this.#makeRoom(target);
    // Fails where the stand-in is gone, and with it this recorder's right to go on.
    lstatSync(this.#folder);
    mkdirSync(dirname(place), { recursive: true });
    try {
      if (isForeign !== true) {
        linkSync(file.path, place);
        return place;
      }
    } catch {
      // Another file system, or too many links: a copy does as well.
    }
    copyFileSync(file.path, place, constants.COPYFILE_FICLONE);
    return place;
  }

  /** Removes what an earlier result has left at a place, or where that needs a directory. */
  #makeRoom(target: string): void {
    for (const part of [target, ...pathsAbove(target)]) {
      const place = join(this.#folder, part);
      const there = lookAt(place);
      if (there === undefined || (part !== target && there.isDirectory())) continue;
      // With a directory, attributes that lie there may go.
      if (there.isDirectory()) this.#isLaid = false;
      rmSync(place, { recursive: true, force: true });
    }
  }

  /** A locked file has become a link; an unlocked one stays, and git gets a pointer. */
  #annexed(file: LeftFile, place: string, key: string): GitContent {
    if (lstatSync(place).isSymbolicLink()) {
      return gitContent('symlink', readlinkSync(place, 'buffer'), this.#hashName, key);
    }
    return gitContent(file.type, Buffer.from(`/annex/objects/${key}\n`), this.#hashName, key);
  }

  #add(target: string): Promise<AddAnswer> {
    if (target.includes('\n')) return this.#addAlone(target);
    this.#annex ??= this.#startAdd();
    const child = this.#annex;
    return new Promise((resolve) => {
      this.#answers.push(resolve);
      child.write(`${target}\n`);
    });
  }

  /**
   * A name of several lines has a process of its own: told names that end with NUL (`-z`), git-annex 10.20250416 answers
   * for each only when the next one comes, and 10.20230126 dies where there is none.
   */
  async #addAlone(target: string): Promise<AddAnswer> {
    const args = ['annex', 'add', ...ADD_OPTIONS, '--', target];
    const { stdout, stderr } = await git(this.#folder, args, { env: this.#env });
    const line = stdout.toString('utf8').split('\n')[0] || undefined;
    return line === undefined
      ? { success: false, 'error-messages': [stderr.trim()] }
      : (JSON.parse(line) as AddAnswer);
  }

  #startAdd(): BatchChild {
    const child = startBatch('git', ['annex', 'add', ...ADD_OPTIONS, '--batch'], {
      cwd: this.#folder,
      env: this.#env,
    });
    let rest = '';
    child.onData((chunk) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#answers.shift()?.(line === '' ? {} : (JSON.parse(line) as AddAnswer));
    });
    void child.closed.then(({ stderr }) => {
      for (const answer of this.#answers.splice(0))
        answer({ success: false, 'error-messages': [wordsOf(stderr)] });
      this.#annex = undefined;
    });
    return child;
  }

  /** A folder that git takes for a work tree of the project, with HEAD's attributes in an index of its own. */
  async #makeStandIn(): Promise<void> {
    if (this.#isLaid) return;
    this.#isLaid = true;
    if (!existsSync(join(this.#folder, '.git'))) {
      // Never with the folder around it: that of a recorder which was declared dead is gone for good.
      if (!existsSync(this.#folder)) mkdirSync(this.#folder);
      symlinkSync(this.#project.gitDirectory, join(this.#folder, '.git'));
    }
    const env = this.#env;
    const result = await git(this.#folder, ['read-tree', this.#attributesOf], { env });
    if (!result.ok) throw new GitError("Reading the project's attributes", result);
    // `git hash-object` looks for attributes in files only, whatever the index holds.
    const listed = await git(this.#folder, ['ls-files', '-z', '--', ':(glob)**/.gitattributes'], { env });
    if (listed.stdout.length === 0) return;
    const laid = await git(this.#folder, ['checkout-index', '-q', '-z', '--stdin'], {
      env,
      input: listed.stdout,
    });
    if (!laid.ok) throw new GitError("Reading the project's attributes", laid);
  }

  /** Whether git would change content on its way in: line endings, LFS and other filters. */
  async #hasFilters(): Promise<boolean> {
    if (this.#filtered === undefined) {
      const root = this.#project.root;
      const [attributes, converted, global] = await Promise.all([
        git(root, ['ls-files', '-z', '--', ':(glob)**/.gitattributes']),
        gitLine(root, ['config', 'core.autocrlf']),
        gitLine(root, ['config', 'core.attributesFile']),
      ]);
      this.#filtered =
        attributes.stdout.length > 0 ||
        (converted !== undefined && converted !== 'false') ||
        global !== undefined ||
        existsSync(join(this.#project.commonDirectory, 'info', 'attributes'));
    }
    return this.#filtered;
  }

  async #stored(placed: readonly PlacedFile[]): Promise<Map<PlacedFile, GitContent>> {
    if (placed.length === 0) return new Map();
    const paths = placed.map(({ file }) => file.path);
    const as = { before: [], after: ['--no-filters'] };
    return withIds(placed, await storeFiles(this.#project.root, paths, as));
  }

  async #throughFilters(placed: readonly PlacedFile[]): Promise<Map<PlacedFile, GitContent>> {
    await this.#makeStandIn();
    for (const one of placed) this.#lay(one);
    const paths = placed.map(({ target }) => target);
    const as = { before: WITHOUT_ANNEX, after: [], env: this.#env };
    return withIds(placed, await storeFiles(this.#folder, paths, as));
  }
}

function withIds(placed: readonly PlacedFile[], ids: readonly string[]): Map<PlacedFile, GitContent> {
  return new Map(
    placed.map((one, position) => [one, storedContent(one.file.type, ids[position] ?? '')] as const),
  );
}
