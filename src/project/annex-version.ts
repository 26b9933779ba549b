/** Which versions of git-annex cannot be relied on, and why. */

/** The versions in which concurrent gets fail, from the first up to the last one. */
const AFFECTED = { first: 20_240_430, last: 20_260_115 } as const;

/**
 * What is wrong with a version of git-annex, such as `10.20240430-g1234`, in a sentence. From 10.20240430 a getter locks
 * its key in the source, without its own uuid in the lock's name, so that clones of one source keep each other
 * from getting it. Source: git-annex, changelog of 10.20260213.
 */
export function knownAnnexBug(version: string): string | undefined {
  const date = Number(/^\d+\.(\d{8})/.exec(version)?.[1] ?? 0);
  if (date < AFFECTED.first || date > AFFECTED.last) return undefined;
  return `git-annex ${version} cannot get one file into several clones of one source at the same time: some of the gets fail with "failed to retrieve content". It is mended in 10.20260213; until that is installed, let one process fetch before others start, as Minipach does within a project.`;
}
