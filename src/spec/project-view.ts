/** What completion needs to know about a project; whoever reads the project implements it. */

/** One entry of a directory. */
export interface ViewEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory';
}

/** The committed files and the pipelines of a project. */
export interface ProjectView {
  /** The entries of a directory relative to the project's root (empty for the root itself); none where it is absent. */
  list(directory: string): readonly ViewEntry[];
  /** All pipelines, with their directories relative to the project's root. */
  readonly pipelines: readonly { readonly name: string; readonly directory: string }[];
}
