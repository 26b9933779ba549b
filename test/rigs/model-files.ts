/** A file system in memory, as far as claims and recording use one, for going through all orders of steps in it. */
import type { Answer, Shared, Step } from './interleavings.ts';

/** What an answer can be besides a value. */
interface Outcome {
  readonly state: ModelFiles;
  readonly answer: Answer;
}

/** How it differs from a good file system. */
export interface ModelOptions {
  /** Links fail: there are none. */
  readonly noLinks?: boolean;
  /** The answer to a link that was made may get lost, as on NFS: it then says that there was no such file. */
  readonly loseAnswers?: boolean;
}

/** Names are those of inodes, inodes have contents; a folder is there when its name followed by `/.` is. */
export class ModelFiles implements Shared<ModelFiles> {
  readonly #names: ReadonlyMap<string, string>;
  readonly #contents: ReadonlyMap<string, string>;
  readonly #options: ModelOptions;
  #key: string | undefined;

  private constructor(
    names: ReadonlyMap<string, string>,
    contents: ReadonlyMap<string, string>,
    options: ModelOptions,
  ) {
    this.#names = names;
    this.#contents = contents;
    this.#options = options;
  }

  static with(files: Readonly<Record<string, string>>, options: ModelOptions = {}): ModelFiles {
    const paths = Object.keys(files);
    return new ModelFiles(
      new Map(paths.map((path) => [path, `inode of ${path}`])),
      new Map(paths.map((path) => [`inode of ${path}`, files[path] ?? ''])),
      options,
    );
  }

  get key(): string {
    this.#key ??= [...this.#names]
      .map(([path, inode]) => `${path}=${inode}:${this.#contents.get(inode)}`)
      .sort()
      .join('\n');
    return this.#key;
  }

  /** A file's content; `undefined` where there is none. */
  text(path: string): string | undefined {
    const inode = this.#names.get(path);
    return inode === undefined ? undefined : this.#contents.get(inode);
  }

  /** What lies in a folder. */
  list(folder: string): string[] {
    const found = new Set<string>();
    for (const path of this.#names.keys()) {
      if (!path.startsWith(`${folder}/`)) continue;
      const [first = '.'] = path.slice(folder.length + 1).split('/');
      if (first !== '.') found.add(first);
    }
    return [...found].sort();
  }

  without(actor: string): ModelFiles {
    return this.#with(actor, [[`proc/${actor}`, undefined]]);
  }

  after(actor: string, { name, args }: Step): readonly Outcome[] {
    const [one = '', two = '', three = ''] = args;
    const say = (value: unknown): Outcome[] => [{ state: this, answer: { value } }];
    const fail = (code: string): Outcome[] => [{ state: this, answer: { code } }];
    const become = (...changes: [path: string, text: string | undefined][]): Outcome[] => [
      { state: this.#with(actor, changes), answer: {} },
    ];
    const there = this.text(one);
    switch (name) {
      case 'link':
        return this.#link(one, two);
      case 'create':
        return there !== undefined
          ? fail('EEXIST')
          : this.#hasFolder(one)
            ? become([one, two])
            : fail('ENOENT');
      case 'fill':
        return there === undefined ? fail('ENOENT') : become([one, two]);
      case 'write':
        return this.#hasFolder(one) ? become([one, two]) : fail('ENOENT');
      case 'read':
        return there === undefined ? fail('ENOENT') : say(there);
      case 'list':
        return say(this.list(one));
      case 'has':
        return say(there !== undefined || this.#names.has(`${one}/.`) || this.list(one).length > 0);
      case 'isSame':
        return say(this.#names.has(one) && this.#names.get(one) === this.#names.get(two));
      case 'remove':
        return become([one, undefined]);
      case 'make-folder':
        return become([`${one}/.`, '']);
      case 'remove-folder':
        return become(...this.#below(one).map((path): [string, undefined] => [path, undefined]));
      case 'rename':
        return this.#rename(one, two);
      case 'read-tree': {
        // What another has written meanwhile for the same result is taken for what is to be written.
        const same = (text: string): boolean =>
          (this.text('git/tree') ?? '').replaceAll(/by \w+/g, '') === text.replaceAll(/by \w+/g, '');
        const isLocked = this.#hasFolder(one) && there !== undefined;
        if (!isLocked || !(same(two) || same(three))) return say(false);
        return [
          {
            state: this.#with(actor, [
              ['git/tree', three],
              [one, three],
            ]),
            answer: { value: true },
          },
        ];
      }
      case 'move-branch': {
        // `git update-ref`: the branch and the private ref must be what they are said to be.
        const [branch, ref] = [this.text('git/branch'), this.text(three)];
        const isMoved = branch === one && ref === two;
        if (!isMoved) return say(false);
        return [
          {
            state: this.#with(actor, [
              ['git/branch', two],
              [three, undefined],
            ]),
            answer: { value: true },
          },
        ];
      }
      default:
        throw new Error(`There is no step ${name}.`);
    }
  }

  #link(file: string, name: string): Outcome[] {
    const inode = this.#names.get(file);
    const fail = (code: string): Outcome[] => [{ state: this, answer: { code } }];
    if (this.#options.noLinks === true) return fail('EPERM');
    if (inode === undefined || !this.#hasFolder(name)) return fail('ENOENT');
    if (this.#names.has(name)) return fail('EEXIST');
    const state = new ModelFiles(new Map([...this.#names, [name, inode]]), this.#contents, this.#options);
    const lost = this.#options.loseAnswers === true ? [{ state, answer: { code: 'ENOENT' } }] : [];
    return [{ state, answer: {} }, ...lost];
  }

  #rename(from: string, to: string): Outcome[] {
    const moved = this.#below(from);
    const isFile = this.#names.has(from);
    if (!isFile && moved.length === 0) return [{ state: this, answer: { code: 'ENOENT' } }];
    if (!this.#hasFolder(to)) return [{ state: this, answer: { code: 'ENOENT' } }];
    // Onto itself, or onto another name of the same file, it does nothing.
    if (from === to || (isFile && this.#names.get(from) === this.#names.get(to)))
      return [{ state: this, answer: {} }];
    if (!isFile && this.#below(to).length > 0) return [{ state: this, answer: { code: 'ENOTEMPTY' } }];
    const names = new Map(this.#names);
    for (const path of isFile ? [from] : moved) {
      names.set(to + path.slice(from.length), names.get(path) ?? '');
      names.delete(path);
    }
    return [{ state: new ModelFiles(names, this.#contents, this.#options), answer: {} }];
  }

  #below(folder: string): string[] {
    return [...this.#names.keys()].filter((path) => path.startsWith(`${folder}/`));
  }

  /** Only folders that come and go have a sign; all others are always there. */
  #hasFolder(path: string): boolean {
    const parts = path.split('/');
    if (parts[0] !== 'record' || parts.length < 3 || parts[1] === 'lock') return true;
    return this.#names.has(`${parts.slice(0, -1).join('/')}/.`);
  }

  /** A new file is a new inode, which no other file can be taken for. */
  #with(actor: string, changes: readonly (readonly [path: string, text: string | undefined])[]): ModelFiles {
    const names = new Map(this.#names);
    const contents = new Map(this.#contents);
    for (const [path, text] of changes) {
      if (text === undefined) {
        names.delete(path);
        continue;
      }
      let inode = names.get(path);
      for (let number = 0; inode === undefined; number += 1) {
        const name = `${path} ${actor} ${number}`;
        if (![...names.values()].includes(name)) inode = name;
      }
      names.set(path, inode);
      contents.set(inode, text);
    }
    return new ModelFiles(names, contents, this.#options);
  }
}
