/** Tests that are steps of one story: where one fails, those after it have nothing to stand on. */

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { EditorWindow } from './editor-window.ts';
import { ROOT } from './editor-window.ts';

/** Called within \`describe\`: skips what follows a failed step, and keeps a picture of where it failed. */
export function treatAsSteps(window: () => EditorWindow | undefined): void {
  let failed: string | undefined;
  beforeEach(function () {
    if (failed !== undefined) this.skip();
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed' || failed !== undefined) return;
    failed = this.currentTest.fullTitle();
    const output = path.join(ROOT, 'test-output', 'user');
    await mkdir(output, { recursive: true });
    const file = path.join(output, `${failed.replaceAll(/[^a-z0-9]+/gi, '-')}.png`);
    await window()?.page().screenshot({ path: file });
    console.log(`    (the window as it was: ${path.relative(ROOT, file)})`);
  });
}
