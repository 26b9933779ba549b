/** Which files git would check out with other content than it stores, and that content: filters, line ends, encodings. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeEntry } from '../plan/tree.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { type CheckedOut, CheckoutFile } from './checkout-file.ts';
import type { DatasetObjects } from './dataset-objects.ts';
import { FewHelpers } from './few-helpers.ts';
import { gitLine } from './git.ts';
import { type DatasetPlace, placeOf } from './repository.ts';
import { textOf } from './small-file.ts';

/** Attributes by which a checkout changes content; git-annex's own filter is none, as annexed files are linked. */
const CONVERTING = /(?:^|\s)(?:filter=(?!annex(?:\s|$))|eol=crlf|working-tree-encoding=|ident(?:\s|$))/;

/** What a dataset's attributes are, as long as the blobs that hold them are the same. */
interface Attributes {
  readonly id: string;
  readonly isConverting: boolean;
  readonly commit: string;
}

/** Looks after the project and its subdatasets, each with its own attributes. */
export class Checkouts {
  readonly #project: DatasetPlace;
  readonly #objects: DatasetObjects;
  readonly #helpers = new FewHelpers<CheckoutFile>();
  readonly #byIndex = new WeakMap<TreeIndex, Map<string, Promise<Attributes>>>();
  readonly #texts = new Map<string, Promise<boolean>>();
  readonly #configured = new Map<string, Promise<boolean>>();

  constructor(project: DatasetPlace, objects: DatasetObjects) {
    this.#project = project;
    this.#objects = objects;
  }

  /**
   * What names the content of a file as it is checked out, for those who keep content: for a file that is checked out as it is
   * stored, the blob alone. The name of one that may be converted holds its path, which filters are told.
   */
  async nameOf(index: TreeIndex, entry: TreeEntry): Promise<{ name: string; isConverted: boolean }> {
    const { isConverting, id } = await this.#attributes(index, entry.dataset ?? '');
    const name = isConverting ? `${entry.blob}\0${entry.path}\0${id}` : entry.blob;
    return { name, isConverted: isConverting };
  }

  /** The content of a file that may be converted. */
  async read(index: TreeIndex, entry: TreeEntry): Promise<CheckedOut> {
    const { dataset, path, blob } = entry;
    const { root } = placeOf(this.#project, index, dataset);
    // Filters and older gits look for what they need in the work tree.
    if (!existsSync(join(root, '.git')))
      return {
        ok: false,
        message: `the subdataset ${dataset} has filters and is not checked out: run \`${index.subdataset(dataset ?? '')?.remedy}\``,
      };
    const { id, commit } = await this.#attributes(index, dataset ?? '');
    const helper = this.#helpers.of(`${root}\0${id}`, () => new CheckoutFile(root, commit));
    return helper.read(blob, dataset === undefined ? path : path.slice(dataset.length + 1));
  }

  /** Ends the helpers. */
  end(): void {
    this.#helpers.end();
  }

  #attributes(index: TreeIndex, dataset: string): Promise<Attributes> {
    const known = this.#byIndex.get(index) ?? new Map<string, Promise<Attributes>>();
    this.#byIndex.set(index, known);
    const found = known.get(dataset) ?? this.#look(index, dataset);
    known.set(dataset, found);
    return found;
  }

  async #look(index: TreeIndex, dataset: string): Promise<Attributes> {
    const place = placeOf(this.#project, index, dataset === '' ? undefined : dataset);
    const texts = index
      .under(dataset)
      .filter(({ path, dataset: own = '' }) => path.endsWith('.gitattributes') && own === dataset)
      .filter(({ path }) => path === '.gitattributes' || path.endsWith('/.gitattributes'));
    const answers = await Promise.all([
      this.#isConfigured(place),
      ...texts.map(({ blob }) => this.#isConverting(place, blob)),
    ]);
    return {
      id: texts.map(({ path, blob }) => `${path} ${blob}`).join('\n'),
      isConverting: answers.includes(true),
      commit: dataset === '' ? index.tree.commit : (index.subdataset(dataset)?.commit ?? ''),
    };
  }

  #isConverting(place: DatasetPlace, blob: string): Promise<boolean> {
    const found =
      this.#texts.get(blob) ??
      this.#objects
        .of(place)
        .read(blob)
        .then((object) => isConverting(object?.content.toString('utf8') ?? ''));
    this.#texts.set(blob, found);
    return found;
  }

  /** By what is no file of the tree: `info/attributes`, and configuration, which is the user's or the repository's. */
  #isConfigured(place: DatasetPlace): Promise<boolean> {
    const known = this.#configured.get(place.commonDirectory);
    if (known !== undefined) return known;
    const find = async (): Promise<boolean> =>
      isConverting(textOf(join(place.commonDirectory, 'info', 'attributes'))) ||
      (await this.#convertsLineEnds(place));
    const found = find();
    this.#configured.set(place.commonDirectory, found);
    return found;
  }

  async #convertsLineEnds(place: DatasetPlace): Promise<boolean> {
    const isOwn = place.commonDirectory === this.#project.commonDirectory;
    // A thousand subdatasets are not asked one by one for what is the user's and thus the same in all.
    if (!isOwn && !/autocrlf|eol/i.test(textOf(join(place.commonDirectory, 'config'))))
      return this.#isConfigured(this.#project);
    const [autocrlf, eol] = await Promise.all(
      ['core.autocrlf', 'core.eol'].map((name) =>
        gitLine(isOwn ? place.root : place.commonDirectory, ['config', '--get', name]),
      ),
    );
    return /^(?:true|yes|on|1)$/i.test(autocrlf ?? '') || eol?.toLowerCase() === 'crlf';
  }
}

function isConverting(text: string): boolean {
  return text.split('\n').some((line) => !line.startsWith('#') && CONVERTING.test(line));
}
