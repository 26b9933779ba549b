/** What a command in an image is run in, and what of the project it gets to see. */
import type { Image } from '../../plan/images.ts';
import type { DatumInput } from '../../plan/input.ts';
import type { TreeEntry } from '../../plan/tree.ts';
import type { TreeIndex } from '../../plan/tree-index.ts';

/** What runs an image. */
export type ContainerKind = 'registered' | 'singularity' | 'charliecloud' | 'engine';

/** What a command is run in, and what of the project it gets to see. */
export interface ContainerSetting {
  readonly image: Image;
  readonly kind: ContainerKind;
  readonly index: TreeIndex;
  readonly inputs: readonly DatumInput[];
  /** Files that the command needs besides. */
  readonly needed: readonly TreeEntry[];
  /** The output directory, relative to the project's root. */
  readonly output: string;
  /** Further folders of the machine, as `minipach.bind` names them: `SOURCE[:DESTINATION[:ro]]`. */
  readonly binds: readonly string[];
  readonly needsGpu: boolean;
}

/** Why no line can be written, in a sentence. */
export interface NoLine {
  readonly problem: string;
}
