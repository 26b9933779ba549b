/** Names that git refuses to keep, because some file system would take them for its own folder. */

/** Characters that HFS+ leaves out when it compares names. */
const IGNORED_BY_HFS = /[\u200C-\u200F\u202A-\u202E\u206A-\u206F\uFEFF]/gu;

/** Whether git refuses a file or folder of this name: `.git` in any case, and what macOS and Windows take for it. */
export function isGitName(name: string): boolean {
  return name.split('\\').some((part) => {
    const plain = part.replace(IGNORED_BY_HFS, '').toLowerCase();
    return /^(?:\.git|git~1)[ .]*(?::|$)/.test(plain);
  });
}

/** Why git would refuse a path of the project, in a sentence about a job that wrote it. */
export function refusedName(path: string, isLink = false): string | undefined {
  const name = path.split('/').find(isGitName);
  if (name !== undefined)
    return `It wrote ${path}, and git keeps no file or folder named ${name}: results must have other names.`;
  if (isLink && /(?:^|\/)\.gitmodules$/i.test(path))
    return `It wrote ${path}, and git keeps no link named .gitmodules: results must have other names.`;
  return undefined;
}
