/** What completion needs to know about a project; whoever reads the project implements it. */

/** One entry of a directory. */
export interface ViewEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory';
}

/** An image that a spec can name. */
export interface ViewImage {
  readonly name: string;
  /** What it is, in a few words. */
  readonly detail: string;
  /** Its content and size, as Markdown. */
  readonly documentation: string;
}

/** The committed files and the pipelines of a project. */
export interface ProjectView {
  /** The entries of a directory relative to the project's root (empty for the root itself); none where it is absent. */
  list(directory: string): readonly ViewEntry[];
  /** All pipelines, with their directories relative to the project's root. */
  readonly pipelines: readonly { readonly name: string; readonly directory: string }[];
  /** Registered containers, image files, and docker images whose digest is committed. */
  readonly images: readonly ViewImage[];
  /** Committed scripts and programs, by their paths. */
  readonly scripts: readonly string[];
}
