/** A small real project for the tests of the editor: git, data, code and one pipeline. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeTemporaryDirectory } from './temporary-directory.ts';

const execute = promisify(execFile);

/** What the project holds beside its data. */
export interface EditorProjectOptions {
  /** The folder's name, which the editor shows. */
  readonly name?: string;
  /** Commit a pipeline `counts` over all subjects. */
  readonly pipeline?: boolean;
  /** How many subjects; `sub-01`, `sub-02`… */
  readonly subjects?: number;
}

/** Where the project is. */
export interface EditorProject {
  /** The folder to remove in the end. */
  readonly parent: string;
  readonly root: string;
  readonly git: (...args: string[]) => Promise<string>;
}

/** The spec of the pipeline `counts`. */
export const COUNTS_SPEC = `pipeline:
  name: counts
description: Count the words of every text of a subject.
input:
  pfs:
    repo: texts
    glob: "/*"
transform:
  cmd: [sh, code/count.sh, "{texts}", "{out}"]
`;

/**
 * Counts words. A subject with a file `broken.txt` fails, so that there is a failure to look at; while there is a
 * file `$COUNT_GATE.<subject>` the job goes on, so that a test decides how long it runs.
 */
const COUNT_SCRIPT = `#!/bin/sh
# Usage: count.sh SUBJECT OUT
subject=$(basename "$1")
echo "counting the words of $subject"
for file in "$1"/*.txt; do
  echo "  $(basename "$file"): $(wc -w < "$file") words"
done
while [ -n "$COUNT_GATE" ] && [ -e "$COUNT_GATE.$subject" ]; do sleep 0.05; done
if [ -e "$1/broken.txt" ]; then
  echo "broken.txt is no story: take it out, or mend it" >&2
  exit 3
fi
cat "$1"/*.txt | wc -w > "$2/words"
echo "done: $(cat "$2/words") words in all"
`;

/** Makes the project in a folder of its own. */
export async function makeEditorProject(options: EditorProjectOptions = {}): Promise<EditorProject> {
  const { name = 'reading-study', pipeline = true, subjects = 5 } = options;
  const parent = await makeTemporaryDirectory('project');
  const root = path.join(parent, name);
  await mkdir(root);
  const git = async (...args: string[]) => (await execute('git', args, { cwd: root })).stdout.trim();
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Ada Example');
  await git('config', 'user.email', 'ada@example.org');
  for (let subject = 1; subject <= subjects; subject += 1) {
    const folder = path.join(root, 'texts', `sub-${String(subject).padStart(2, '0')}`);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'letter.txt'), `${'word '.repeat(10 + subject).trim()}\n`);
    await writeFile(path.join(folder, 'story.txt'), `${'word '.repeat(subject * 10).trim()}\n`);
  }
  await mkdir(path.join(root, 'code'));
  await writeFile(path.join(root, 'code', 'count.sh'), COUNT_SCRIPT);
  await chmod(path.join(root, 'code', 'count.sh'), 0o755);
  if (pipeline) {
    await mkdir(path.join(root, 'counts'));
    await writeFile(path.join(root, 'counts', 'spec.yml'), COUNTS_SPEC);
  }
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'Start');
  return { parent, root, git };
}
