/** `run --save`: commits the changed specs, code and inputs that planning would otherwise not see. */

import { CatFile } from '../project/cat-file.ts';
import { unsavedPaths } from '../project/dirty.ts';
import { GitError, git } from '../project/git.ts';
import type { Project } from '../project/open.ts';
import { surveyProject } from '../project/survey.ts';

/** Commits what is unsaved, and nothing else that the user has changed or staged. Returns what went wrong. */
export async function saveUnsaved(project: Project): Promise<string | undefined> {
  const objects = new CatFile(project.root);
  try {
    const survey = await surveyProject(project, project.head, objects);
    const paths = await unsavedPaths(
      project.root,
      survey.specs.flatMap((found) => found.source ?? []),
    );
    if (paths.length === 0) return undefined;
    // With git-annex, `annex add` decides by the project's attributes what is annexed; it leaves the rest to git.
    const verb = project.annex ? ['annex', 'add', '--quiet'] : ['--literal-pathspecs', 'add'];
    const added = await git(project.root, [...verb, '--', ...paths]);
    if (!added.ok) return new GitError('Adding the changed files', added).message;
    const shown = paths.length === 1 ? paths[0] : `${paths.length} files for pipelines`;
    const committed = await git(project.root, [
      '--literal-pathspecs',
      'commit',
      '--quiet',
      '-m',
      `Save ${shown}`,
      '--',
      ...paths,
    ]);
    return committed.ok ? undefined : new GitError('Committing the changed files', committed).message;
  } finally {
    objects.close();
  }
}
