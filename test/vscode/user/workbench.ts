/** VS Code's window as a person uses it: palette, quick open, editor, side bar. */
import type { FrameLocator, Locator, Page } from 'playwright-core';

/** The window. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens a window and waits until it can be used. */
  static async open(page: Page, address: string): Promise<Workbench> {
    page.setDefaultTimeout(20_000);
    await page.goto(address);
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    return new Workbench(page);
  }

  /** Runs a command by its title, through the palette. */
  async command(title: string): Promise<void> {
    await this.#palette(`>${title}`);
    const entry = this.quickInput.locator('.monaco-list-row').filter({ hasText: title }).first();
    await entry.click();
  }

  /** The titles that the palette offers for a text. */
  async commandTitles(text: string): Promise<string[]> {
    await this.#palette(`>${text}`);
    await this.quickInput.locator('.monaco-list-row').first().waitFor();
    const titles = await this.quickInput.locator('.monaco-list-row .label-name').allTextContents();
    await this.page.keyboard.press('Escape');
    return titles;
  }

  /** Changes to a colour theme. */
  async theme(name: string): Promise<void> {
    await this.command('Preferences: Color Theme');
    await this.quickInput.locator('input').fill(name);
    await this.quickInput.locator('.monaco-list-row').filter({ hasText: name }).first().click();
    await this.quickInput.waitFor({ state: 'detached' }).catch(() => undefined);
  }

  /** Answers the input box that is open. */
  async answer(text: string): Promise<void> {
    await this.quickInput.locator('input').fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Opens a file by its path. */
  async openFile(path: string): Promise<Locator> {
    await this.page.keyboard.press('Control+P');
    await this.quickInput.locator('input').fill(path);
    const [folder = '', name = path] = path.includes('/') ? splitPath(path) : ['', path];
    await this.quickInput
      .locator('.monaco-list-row')
      .filter({ hasText: name })
      .filter({ hasText: folder })
      .first()
      .waitFor();
    await this.page.keyboard.press('Enter');
    const editor = this.editor(name);
    await editor.waitFor();
    return editor;
  }

  /** The open editor whose tab has a name. */
  editor(name: string): Locator {
    return this.page.locator(`.editor-instance .monaco-editor[role="code"][data-uri*="${name}"]`);
  }

  /** A text in an open editor; an editor draws some lines twice. */
  shownText(text: string): Locator {
    return this.page.locator('.view-lines').getByText(text).first();
  }

  /** Makes the side bar as wide as wanted, by pulling at its edge. */
  async widenSideBar(width: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (!box) throw new Error('The side bar is not shown.');
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width + 2, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, y, { steps: 5 });
    await this.page.mouse.up();
  }

  /** The box of palette, quick open and quick picks. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** A line of the open completion list. */
  suggestion(label: string): Locator {
    const name = this.page.locator('.label-name').filter({ hasText: exactly(label) });
    return this.page.locator('.suggest-widget.visible .monaco-list-row').filter({ has: name }).first();
  }

  /** A view in the side bar by its title. */
  pane(title: string): Locator {
    const header = this.page.locator('.pane-header').filter({ hasText: title });
    return this.page.locator('.split-view-view').filter({ has: header }).last();
  }

  /** A line of a tree view by its label, without what stands behind it. */
  row(label: string): Locator {
    const name = this.page.locator('.label-name').filter({ hasText: exactly(label) });
    return this.page.locator('.pane-body .monaco-list-row').filter({ has: name }).first();
  }

  /** The notification that has a text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast').filter({ hasText: text }).first();
  }

  /** What is in the page of the graph that is seen; the pages of others are there as well, and hidden. */
  graph(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready:visible').frameLocator('iframe');
  }

  /** Closes all notifications, so that a screenshot shows what it is about. */
  async clearNotifications(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
    await this.page.locator('.notification-toast').first().waitFor({ state: 'detached' });
  }

  async #palette(text: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.locator('input').fill(text);
  }
}

function splitPath(path: string): [string, string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, slash), path.slice(slash + 1)];
}

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}
