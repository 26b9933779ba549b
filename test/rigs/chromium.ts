/** Headless Chromium as the screen and keyboard of VS Code's server. */
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const { MINIPACH_CHROMIUM: named } = process.env;

/** Where Debian puts the browser; another one can be named. */
export const CHROMIUM = named || '/usr/bin/chromium';

/** True when there is a browser to test with. */
export function chromiumInstalled(): Promise<boolean> {
  return access(CHROMIUM).then(
    () => true,
    () => false,
  );
}

/** A browser with a profile of its own. */
export interface Screen {
  readonly context: BrowserContext;
  /** Ends the browser and removes its profile. */
  readonly close: () => Promise<void>;
}

/** Starts a fresh browser. `scale` is the number of pixels a CSS pixel, for sharp screenshots. */
export async function openScreen({ width = 1280, height = 800, scale = 1 } = {}): Promise<Screen> {
  const profile = await mkdtemp(path.join(tmpdir(), 'minipach-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    viewport: { width, height },
    deviceScaleFactor: scale,
    locale: 'en-US',
    permissions: ['clipboard-read', 'clipboard-write'],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
