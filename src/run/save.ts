/** `run --save`: commits the changed specs, code and inputs that planning would otherwise not see. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { joinPaths } from '../plan/paths.ts';
import { shownWord } from '../plan/shown-name.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { CatFile } from '../project/cat-file.ts';
import { type SavingStep, savingSteps, unsavedPaths } from '../project/dirty.ts';
import { GitError, git, gitLine } from '../project/git.ts';
import type { Project } from '../project/open.ts';
import { placeOf } from '../project/repository.ts';
import { surveyProject } from '../project/survey.ts';
import { unmergedProblem } from '../project/unmerged.ts';
import { NO_HOOK } from './hooks/hook-script.ts';

/** Commits what is unsaved, and nothing else that the user has changed or staged. Returns what went wrong. */
export async function saveUnsaved(project: Project): Promise<string | undefined> {
  const objects = new CatFile(project.root);
  try {
    const survey = await surveyProject(project, project.head, objects);
    const { subdatasets } = survey.index;
    const sources = survey.specs.flatMap((found) => found.source ?? []);
    const paths = await unsavedPaths(project.root, sources, subdatasets);
    const steps = savingSteps(paths, subdatasets);
    // Adding a file in conflict would take the marks of the conflict for its content.
    for (const dataset of new Set(['', ...steps.map((step) => step.dataset)])) {
      const place = placeOf(project, survey.index, dataset === '' ? undefined : dataset);
      const unmerged = await unmergedProblem(place.root);
      if (unmerged !== undefined) return unmerged;
    }
    for (const step of steps) {
      const problem = await saveIn(project, survey.index, step);
      if (problem !== undefined) return problem;
    }
    return undefined;
  } finally {
    objects.close();
  }
}

/** Commits some paths in the dataset that they belong to. */
async function saveIn(
  project: Project,
  index: TreeIndex,
  { dataset, within }: SavingStep,
): Promise<string | undefined> {
  const { root, commonDirectory } = placeOf(project, index, dataset === '' ? undefined : dataset);
  if (dataset !== '' && (await gitLine(root, ['symbolic-ref', '-q', 'HEAD'])) === undefined) {
    return `The subdataset ${dataset} is on no branch, so that a commit there could get lost: go to one first, for example \`git -C ${shownWord(dataset)} switch -c work\`.`;
  }
  const isSubdataset = (path: string): boolean => index.subdataset(joinPaths(dataset, path)) !== undefined;
  const files = within.filter((path) => !isSubdataset(path));
  const plain = ['--literal-pathspecs', 'add'];
  // With git-annex, `annex add` decides by the dataset's attributes what is annexed; it leaves the rest to git.
  const verb = existsSync(join(commonDirectory, 'annex')) ? ['annex', 'add', '--quiet'] : plain;
  const steps: [readonly string[], readonly string[]][] = [
    [verb, files],
    [plain, within.filter(isSubdataset)],
  ];
  for (const [command, paths] of steps) {
    if (paths.length === 0) continue;
    const added = await git(root, [...command, '--', ...paths]);
    if (!added.ok) return new GitError('Adding the changed files', added).message;
  }
  const shown = within.length === 1 ? within[0] : `${within.length} files for pipelines`;
  const commit = ['--literal-pathspecs', 'commit', '--quiet', '-m', `Save ${shown}`, '--', ...within];
  // The run that this is for begins next; a hook need not start another one.
  const committed = await git(root, commit, { env: { [NO_HOOK]: '1' } });
  return committed.ok ? undefined : new GitError('Committing the changed files', committed).message;
}
