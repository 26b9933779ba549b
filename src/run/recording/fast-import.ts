/** Making many commits at once with `git fast-import`: no checkout, no process a commit. */
import { isWithin } from '../../plan/paths.ts';
import { GitError, git } from '../../project/git.ts';

/** A file to commit: content that git has already, or content to store. */
export type NewFile =
  | { readonly path: string; readonly mode: string; readonly blob: string }
  | { readonly path: string; readonly mode: string; readonly content: Buffer };

/** One commit to make on top of the one before it. */
export interface NewCommit {
  readonly message: string;
  /** Files or whole directories to remove first. */
  readonly removed: readonly string[];
  readonly files: readonly NewFile[];
}

/** Whether a commit changes a path, something in it, or what it lies in. */
export function touches({ files, removed }: NewCommit, path: string): boolean {
  return (
    files.some((file) => isWithin(file.path, path) || isWithin(path, file.path)) ||
    removed.some((gone) => isWithin(path, gone))
  );
}

/** Where commits are made and who makes them. */
export interface ImportPlace {
  readonly root: string;
  /** The private ref that keeps the new commits until the branch names them. */
  readonly ref: string;
  /** The commit to build on. */
  readonly base: string;
  /** `Name <mail> seconds zone`, as `git var GIT_COMMITTER_IDENT` prints it. */
  readonly identity: string;
}

/** Makes the commits and returns their ids in order. Only the private ref changes. */
export async function importCommits(place: ImportPlace, commits: readonly NewCommit[]): Promise<string[]> {
  const chunks: (string | Buffer)[] = ['feature done\n'];
  commits.forEach((commit, position) => {
    chunks.push(`commit ${place.ref}\nmark :${position + 1}\ncommitter ${place.identity}\n`);
    chunks.push(`data ${Buffer.byteLength(commit.message)}\n${commit.message}\n`);
    if (position === 0) chunks.push(`from ${place.base}\n`);
    for (const path of commit.removed) chunks.push(`D ${quotePath(path)}\n`);
    for (const file of commit.files) chunks.push(...modification(file));
    chunks.push('\n');
  });
  // Told on standard output, and in no file: git would make the folder of one anew where it was taken from a dead recorder.
  chunks.push(commits.map((_, position) => `get-mark :${position + 1}\n`).join(''));
  return (await fastImport(place.root, chunks)).trimEnd().split('\n');
}

/** A commit without a parent, on a ref of its own. */
export interface LoneCommit extends Omit<NewCommit, 'removed'> {
  readonly ref: string;
}

/** Makes commits that have nothing to do with each other, or with history; each ref then names its own, whatever it named before. */
export async function importLoneCommits(
  root: string,
  identity: string,
  commits: readonly LoneCommit[],
): Promise<void> {
  const chunks = commits.flatMap(({ ref, message, files }) => [
    // Without this the commit would be on top of what the ref names.
    `reset ${ref}\n\ncommit ${ref}\ncommitter ${identity}\ndata ${Buffer.byteLength(message)}\n${message}\n`,
    ...files.flatMap(modification),
    '\n',
  ]);
  await fastImport(root, ['feature done\n', ...chunks]);
}

function modification(file: NewFile): (string | Buffer)[] {
  if ('blob' in file) return [`M ${file.mode} ${file.blob} ${quotePath(file.path)}\n`];
  return [`M ${file.mode} inline ${quotePath(file.path)}\ndata ${file.content.length}\n`, file.content, '\n'];
}

/** Returns what git printed. */
async function fastImport(root: string, commands: readonly (string | Buffer)[]): Promise<string> {
  const input = Buffer.concat(
    [...commands, 'done\n'].map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)),
  );
  const words = ['fast-import', '--quiet', '--done', '--force', '--date-format=raw'];
  const result = await git(root, words, { input });
  if (!result.ok) throw new GitError('Making the commits of results', result);
  return result.stdout.toString('utf8');
}

/** A path as git reads it where it may be quoted, whatever characters it holds. */
export function quotePath(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
