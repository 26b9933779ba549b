import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FrameLocator, Locator } from 'playwright-core';
import { type EditorProject, makeEditorProject } from '../../rigs/editor-project.ts';
import { removeDirectory } from '../../rigs/temporary-directory.ts';
import { type EditorWindow, openEditorWindow, takePicture } from './editor-window.ts';
import { treatAsSteps } from './steps.ts';
import type { Workbench } from './workbench.ts';

const TOTALS = `description: Fails, so that this can be seen.
input:
  pfs: { repo: counts, glob: "/" }
transform:
  cmd: ["false"]
`;

/** A pipeline in a directory whose name means something in HTML. */
const ODD = 'a <b> & "c"';
const ODD_SPEC = `input:
  join:
    - pfs: { repo: texts, glob: "/(*)", join_on: $1, name: texts }
    - pfs: { repo: counts, glob: "/(*)", join_on: $1 }
transform:
  cmd: [sh, code/count.sh, "{texts}", "{out}"]
`;

/** Run in the page: the colour of a box. */
function strokeOf(box: unknown): string {
  const { getComputedStyle } = globalThis as unknown as { getComputedStyle(of: unknown): { stroke: string } };
  return getComputedStyle(box).stroke;
}

describe('a person looks at the graph', () => {
  let project: EditorProject;
  let window: EditorWindow;
  treatAsSteps(() => window);
  let workbench: Workbench;
  let page: FrameLocator;
  let gate = '';

  const node = (name: string): Locator =>
    page.getByRole('button', { name: new RegExp(`^(?:Pipeline|Repo) ${name}:`) });
  const place = async (locator: Locator) => {
    const box = await locator.boundingBox();
    assert.ok(box);
    const [x, y, width] = [box.x, box.y, box.width].map(Math.round);
    return { x: x ?? 0, y: y ?? 0, width: width ?? 0 };
  };

  const focused = (name: string): Promise<void> => node(name).and(page.locator(':focus')).waitFor();
  /** Until a box is somewhere, to the breadth of its border. */
  const eventuallyAt = async (
    locator: Locator,
    wanted: { readonly x: number; readonly y: number; readonly width?: number },
  ) => {
    let last = await place(locator);
    for (const until = performance.now() + 10_000; performance.now() < until; ) {
      last = await place(locator);
      const { width = last.width } = wanted;
      if (Math.hypot(last.x - wanted.x, last.y - wanted.y, last.width - width) < 2.5) return;
      await delay(20);
    }
    assert.deepEqual(last, { ...last, ...wanted });
  };
  const chooseTheme = async (name: string, kind: string) => {
    await workbench.command('Preferences: Color Theme');
    await workbench.quickInput.locator('input').fill(name);
    await workbench.quickInput.locator('.monaco-list-row').getByText(name, { exact: true }).click();
    await page.locator(`body.vscode-${kind}`).waitFor();
    await workbench.quickInput.waitFor({ state: 'detached' });
  };
  /** What the browser has refused to do for the page. */
  const refused: string[] = [];

  before(async () => {
    project = await makeEditorProject({ subjects: 3 });
    for (const [name, spec] of [
      ['totals', TOTALS],
      [ODD, ODD_SPEC],
    ] as const) {
      await mkdir(path.join(project.root, name));
      await writeFile(path.join(project.root, name, 'spec.yml'), spec);
    }
    await project.git('add', '.');
    await project.git('commit', '--quiet', '-m', 'Add pipelines');
    gate = path.join(project.parent, 'gate');
    window = await openEditorWindow({ folder: project.root, env: { COUNT_GATE: gate } });
    workbench = window.workbench;
    workbench.page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) refused.push(message.text());
    });
    page = workbench.graph();
  });

  after(async () => {
    await window?.close();
    await removeDirectory(project.parent);
  });

  it('opens it from the palette, and sees pipelines, what they read, and how they stand', async () => {
    await workbench.command('Minipach: Show Graph');
    await node('counts').waitFor();
    assert.equal(
      await node('counts').getAttribute('aria-label'),
      `Pipeline counts: 3 pending. Reads texts. Read by ${ODD}, totals`,
    );
    assert.equal(
      await node('texts').getAttribute('aria-label'),
      `Repo texts: 6 files. Read by counts, ${ODD}`,
    );
    assert.deepEqual((await page.locator('.label').allTextContents()).sort(), [
      '/',
      '/(*), join on $1',
      '/(*), join on $1',
      '/*',
    ]);
    const [texts, counts, totals] = await Promise.all([
      place(node('texts')),
      place(node('counts')),
      place(node('totals')),
    ]);
    assert.ok(texts.x + texts.width < counts.x && counts.x + counts.width < totals.x);
    await takePicture(workbench.page, 'graph-dark');
  });

  it('goes from box to box by keys, and opens a spec', async () => {
    const { keyboard } = workbench.page;
    await page.locator('#picture').click({ position: { x: 300, y: 300 } });
    await keyboard.press('Tab');
    await focused('texts');
    assert.equal(await page.locator('.marked').count(), 2);
    await keyboard.press('ArrowRight');
    await focused('counts');
    assert.deepEqual((await page.locator('.marked .label').allTextContents()).sort(), [
      '/',
      '/(*), join on $1',
      '/*',
    ]);
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowUp');
    await focused('totals');
    await keyboard.press('ArrowDown');
    await focused(ODD);
    await keyboard.press('ArrowLeft');
    await focused('counts');
    await keyboard.press('Tab');
    await focused('totals');
    await keyboard.press('Shift+Tab');
    await focused('counts');
    await takePicture(workbench.page, 'graph-focus');
    await keyboard.press('Enter');
    await workbench.editor('counts/spec.yml').getByText('Count the words').waitFor();
  });

  it('finds it as it was left, and the box that had the focus', async () => {
    const { keyboard } = workbench.page;
    await workbench.page.getByRole('tab', { name: 'Graph: reading-study' }).click();
    await focused('counts');
    const before = await place(node('counts'));
    await keyboard.press('+');
    const larger = await place(node('counts'));
    assert.ok(Math.abs(larger.width / before.width - 1.25) < 0.02);
    await keyboard.press('Shift+ArrowDown');
    const moved = await place(node('counts'));
    assert.ok(Math.abs(larger.y - moved.y - 60) < 2 && larger.x === moved.x);
    await workbench.page.getByRole('tab', { name: 'spec.yml' }).click();
    await workbench.editor('counts/spec.yml').waitFor();
    await workbench.page.getByRole('tab', { name: 'Graph: reading-study' }).click();
    await focused('counts');
    await eventuallyAt(node('counts'), moved);
    await keyboard.press('0');
    await eventuallyAt(node('counts'), before);
  });

  it('moves it by the pointer, and zooms at the pointer', async () => {
    const { mouse, keyboard } = workbench.page;
    const before = await place(node('counts'));
    const [x, y] = [before.x + 40, before.y + 20];
    await mouse.move(x, y);
    await mouse.down();
    await mouse.move(x + 40, y + 100, { steps: 4 });
    await mouse.up();
    const dragged = await place(node('counts'));
    assert.deepEqual([dragged.x - before.x, dragged.y - before.y], [40, 100]);
    // It was no click: no spec has been opened over it.
    assert.ok(await node('counts').isVisible());
    // The browser counts in pixels of the screen, of which there are two a point.
    await mouse.wheel(-30, 50);
    const corner = { x: dragged.x + 15, y: dragged.y - 25 };
    await eventuallyAt(node('counts'), corner);
    await mouse.move(corner.x, corner.y);
    await keyboard.down('Control');
    await mouse.wheel(0, -300);
    await keyboard.up('Control');
    await eventuallyAt(node('counts'), { ...corner, width: before.width * Math.exp(0.5) });
    const zoomed = await place(node('counts'));
    await page.getByRole('button', { name: 'Zoom out (-)' }).click();
    assert.ok((await place(node('counts'))).width < zoomed.width);
    await page.getByRole('button', { name: 'Show all (0)' }).click();
    await eventuallyAt(node('counts'), before);
  });

  it('sees datums run, and be done, without anything moving', async () => {
    for (const subject of ['sub-01', 'sub-02', 'sub-03']) await writeFile(`${gate}.${subject}`, '');
    await node('counts').focus();
    const before = await place(node('counts'));
    await workbench.command('Minipach: Run All Pending');
    await page.getByRole('button', { name: /^Pipeline counts: [23] running/ }).waitFor();
    await takePicture(workbench.page, 'graph-running');
    for (const subject of ['sub-01', 'sub-02', 'sub-03']) await rm(`${gate}.${subject}`);
    await page.getByRole('button', { name: /^Pipeline counts: 3 done\. / }).waitFor();
    await page.getByRole('button', { name: /^Pipeline totals: 1 failed/ }).waitFor();
    await eventuallyAt(node('counts'), before);
  });

  it('reads it in every theme', async () => {
    await workbench.clearNotifications();
    for (const [name, kind, picture] of [
      ['Light Modern', 'light', 'graph-light'],
      ['Dark High Contrast', 'high-contrast', 'graph-high-contrast'],
      ['Light High Contrast', 'high-contrast-light', 'graph-high-contrast-light'],
      ['Dark Modern', 'dark', 'graph-dark-failed'],
    ] as const) {
      await chooseTheme(name, kind);
      await node('counts').focus();
      await takePicture(workbench.page, picture);
      const colours = await Promise.all(
        ['done', 'failed'].map((state) => page.locator(`.is-${state} .box`).last().evaluate(strokeOf)),
      );
      assert.ok(!colours.includes('none') && colours[0] !== colours[1], colours.join());
    }
  });

  it('sees a pipeline come that was committed, and none when all are gone', async () => {
    await node('counts').focus();
    await mkdir(path.join(project.root, 'more'));
    await writeFile(path.join(project.root, 'more', 'spec.yml'), TOTALS);
    await project.git('add', '.');
    await project.git('commit', '--quiet', '-m', 'Add one more');
    await node('more').waitFor();
    await focused('counts');
    await project.git('rm', '--quiet', '-r', 'more', 'totals', 'counts', ODD);
    await project.git('commit', '--quiet', '-m', 'Remove all pipelines');
    await page.getByText('No pipeline is committed yet').waitFor();
    assert.equal(await node('texts').count(), 0);
    await project.git('reset', '--quiet', '--hard', 'HEAD~2');
    await node('counts').waitFor();
  });

  it('clicks a repo, and sees it among the datasets', async () => {
    await node('texts').click();
    await workbench.pane('Datasets').locator('.monaco-list-row.selected').getByText('texts').waitFor();
  });

  it('has it again after a reload, where it was', async () => {
    await page.locator('#picture').click({ position: { x: 300, y: 300 } });
    await workbench.page.keyboard.press('-');
    await workbench.page.keyboard.press('ArrowLeft');
    const before = await place(node('counts'));
    await workbench.command('Developer: Reload Window');
    await node('counts').waitFor();
    await workbench.pane('Datasets').waitFor();
    await eventuallyAt(node('counts'), before);
  });

  it('opens it at a pipeline from its spec and from the view', async () => {
    await workbench.openFile('totals/spec.yml');
    await workbench.page.locator('.editor-actions').getByRole('button', { name: 'Show Graph' }).click();
    await focused('totals');
    await workbench.command('Minipach: Focus on Pipelines View');
    await workbench.row('counts').click({ button: 'right' });
    // A menu takes no click in its first moments, as that could belong to the one that opened it.
    await workbench.page.getByRole('menuitem', { name: 'Show Graph' }).hover();
    await workbench.page.keyboard.press('Enter');
    await focused('counts');
  });

  it('keeps to its content security policy', () => {
    assert.deepEqual(refused, []);
  });
});
