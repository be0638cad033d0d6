/**
 * Makes the pictures of the demo, at 390 and 1280 pixels, light and dark, in the folder that is
 * named: `tsx scripts/screenshots.ts docs/images`. It starts a Brim of its own in a temporary
 * folder, and needs a Chromium.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { openApp } from '../src/app.ts';
import { readConfig } from '../src/config/config.ts';
import { openLog } from '../src/platform/log.ts';
import { ensureBuild } from './ensure-build.mjs';

const FOLDER = process.argv[2] ?? 'docs/images';
const BROWSER = process.argv[3] ?? '/usr/bin/chromium';
const SIZES = [
  { name: 'desktop', width: 1280, height: 800 },
  { name: 'phone', width: 390, height: 844 },
] as const;

/** Ten messages long, so that what is on offer shows, too. */
const CONVERSATION = [
  'Hello, Pebble',
  'How do I get unstuck on a hard problem?',
  'I have been rolling it uphill.',
  'Should I write it down first?',
  'Small steps, then.',
  'What do you do when it rains?',
  'That sounds peaceful.',
  'Do you ever get bored?',
  'Thank you, that helps',
  'One more: tea or coffee?',
];

ensureBuild();
const dataDir = await mkdtemp(path.join(tmpdir(), 'brim-screenshots-'));
const app = await openApp({
  config: readConfig({ BRIM_DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' }),
  log: openLog('silent'),
});
const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox', '--disable-gpu'] });
try {
  for (const { name, ...viewport } of SIZES) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce', deviceScaleFactor: 2 });
      await takePicture(context, `${name}-${colorScheme}`);
      await context.close();
    }
  }
} finally {
  await browser.close();
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
}

async function takePicture(context: BrowserContext, name: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(app.url);
  await left(page, CONVERSATION.length);
  for (const [index, text] of CONVERSATION.entries()) await say(page, text, CONVERSATION.length - index - 1);
  await page.getByRole('button', { name: 'Buy 200' }).waitFor();
  await page.screenshot({ path: path.join(FOLDER, `demo-${name}.png`) });
}

/** Waits for the answer. */
async function say(page: Page, text: string, remaining: number): Promise<void> {
  await page.getByLabel('Message', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await left(page, remaining);
  await page.getByRole('status', { name: 'Reply' }).filter({ hasText: /\S/ }).waitFor({ state: 'attached' });
}

async function left(page: Page, remaining: number): Promise<void> {
  await page
    .getByTestId('remaining')
    .filter({ hasText: new RegExp(`^${remaining}$`) })
    .waitFor();
}
