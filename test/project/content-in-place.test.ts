import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { annexedInPlace } from '../../src/project/content-in-place.ts';
import { TestProject } from '../rigs/project.ts';

describe('content in place', function () {
  this.timeout(60_000);
  const SIZE = 5000;
  let project: TestProject;
  before(() => {
    const inner = TestProject.make({ annex: true });
    project = TestProject.make({ annex: true });
    for (const one of [project, inner]) {
      for (const name of ['here', 'gone', 'open here', 'open gone']) one.write(name, name.padEnd(SIZE, '.'));
      one.git('annex', 'add', '--quiet', '.');
      one.git('annex', 'unlock', '--quiet', 'open here', 'open gone');
      one.commit('Add data');
      one.git('annex', 'drop', '--quiet', '--force', 'gone', 'open gone');
    }
    project.write('plain', 'x'.repeat(200));
    project.write('empty', '');
    symlinkSync('plain', project.path('link'));
    symlinkSync('nowhere', project.path('dangling'));
    project.write('talks-of-it', 'see /annex/objects/MD5-s1--abc in the manual of git-annex\n');
    project.addSubmodule(inner, 'sub');
    inner.remove();
  });
  after(() => project.remove());

  for (const [what, path, told] of [
    ['a locked file whose content is here', 'here', [SIZE, true]],
    ['a locked file whose content is not', 'gone', [SIZE, false]],
    ['an unlocked file whose content is not here', 'open gone', [SIZE, false]],
    ['an unlocked file whose content is here', 'open here', undefined],
    ['a file of a subdataset, whose annex is elsewhere', 'sub/gone', [SIZE, false]],
    ['a file of git', 'plain', undefined],
    ['an empty file', 'empty', undefined],
    ['a file that mentions a pointer', 'talks-of-it', undefined],
    ['a link that is not annexed', 'link', undefined],
    ['a link that leads nowhere', 'dangling', undefined],
    ['a directory', 'sub', undefined],
    ['nothing', 'no-such-file', undefined],
  ] as const)
    it(`tells of ${what}`, async () => {
      const found = await annexedInPlace(project.path(path));
      assert.deepEqual(found && [found.bytes, found.isHere], told);
    });
});
