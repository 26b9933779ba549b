/** Sixteen runners at once on one project: each job once, each result once, nothing stored twice. */
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ended, TestProject } from './project.ts';
import { assertWhole, takeDown } from './whole-project.ts';

const RUNNERS = 16;

/** Starts them all and fails unless everything was done once. */
export async function runMany(datums: number): Promise<void> {
  const project = TestProject.withCopies(datums, { annex: true });
  try {
    project.write('.gitattributes', 'b.txt annex.largefiles=anything\n');
    project.commit('Annex results');
    const was = takeDown(project);
    const runners = Array.from({ length: RUNNERS }, () => project.start(['run', '-j', '1']));
    const exits = await Promise.all(runners.map(ended));
    assert.deepEqual(
      exits,
      exits.map(() => 0),
    );
    assert.equal(project.executions(), datums, 'as the commands themselves count');
    assert.equal(project.records().length, datums);
    assert.equal(new Set(project.records()).size, datums);
    assert.deepEqual(storedFiles(project.path('.git/annex/objects')), {
      files: datums,
      bytes: contentBytes(datums),
    });
    // Much waste is deleted by a process that outlives its run.
    while (readdirSync(project.path('.git/minipach/trash')).length > 0) await delay(50);
    assertWhole(project, was, `${RUNNERS} runners`);
  } finally {
    project.remove();
  }
}

/** What `withCopies` makes, each content once. */
function contentBytes(datums: number): number {
  let bytes = 0;
  for (let datum = 1; datum <= datums; datum += 1) bytes += `content ${datum}\n`.length;
  return bytes;
}

/** Distinct files by their inodes, whatever names they have. */
function storedFiles(folder: string): { files: number; bytes: number } {
  const sizes = new Map<number, number>();
  for (const item of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!item.isFile()) continue;
    const { ino, size } = statSync(join(item.parentPath, item.name));
    sizes.set(ino, size);
  }
  return { files: sizes.size, bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0) };
}
