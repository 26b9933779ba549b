/** Folders of the machine that containers are shown besides the project, as its user has set them. */
import { gitLines } from './git.ts';

/**
 * Reads `minipach.bind` of git's configuration, which can be given several times: `SOURCE[:DESTINATION[:ro]]`, where `~` is
 * the user's home. They are the machine's matter: no key has them.
 */
export function readBinds(root: string): Promise<readonly string[]> {
  return gitLines(root, ['config', '--type=path', '--get-all', 'minipach.bind']);
}
