/** A project of the editor's whose pipeline `boxed` runs in an image that is in a store and not here. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { COUNTS_SPEC } from './editor-project.ts';

/** The image's file; specs call it `tool`. */
export const ABSENT_IMAGE = '.datalad/environments/tool/image';

/** No job is started in it, so that it need not be a real one; `sh` is a program that is there. */
const CONFIG = `[datalad "containers.tool"]
	image = ${ABSENT_IMAGE}
	cmdexec = sh {img} {cmd}
`;

/** Makes an annex of a project, commits the pipeline with its image of 5000 bytes, and moves that to an empty directory. */
export function addAbsentImage(root: string, store: string): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root });
  git('annex', 'init', '--quiet', 'test');
  git('annex', 'initremote', '--quiet', 'store', 'type=directory', `directory=${store}`, 'encryption=none');
  mkdirSync(path.join(root, path.dirname(ABSENT_IMAGE)), { recursive: true });
  writeFileSync(path.join(root, ABSENT_IMAGE), 'x'.repeat(5000));
  writeFileSync(path.join(root, '.datalad', 'config'), CONFIG);
  mkdirSync(path.join(root, 'boxed'));
  const spec = COUNTS_SPEC.replace('name: counts', 'name: boxed');
  writeFileSync(path.join(root, 'boxed', 'spec.yml'), `${spec}  image: tool\n`);
  git('annex', 'add', '--quiet', '--force-large', ABSENT_IMAGE);
  git('add', '.datalad', 'boxed');
  git('commit', '--quiet', '-m', 'Run in an image', '--', '.datalad', 'boxed');
  git('annex', 'move', '--quiet', '--to', 'store', ABSENT_IMAGE);
}
