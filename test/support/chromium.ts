/**
 * A real browser, and a server for a test page that makes customer tokens, as an app's own server
 * does.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { build, defaultClientConditions } from 'vite';
import { patience } from './deadlines.ts';
import { madeOnce } from './made-once.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', chromium.executablePath()];

/** Stands for the one in the package @sparticuz/chromium, which is unpacked when it is opened. */
const FROM_NPM = 'npm:@sparticuz/chromium';
const canUnpack = process.platform === 'linux' && process.arch === 'x64';

/**
 * Where a browser is: an installed one, else the one from npm. Says loudly where neither can be,
 * for what it would have shown is not shown then.
 */
export function findChromium(): string | undefined {
  const found = INSTALLED.find((file) => file !== '' && existsSync(file)) ?? (canUnpack ? FROM_NPM : undefined);
  if (!found)
    console.warn('NO CHROMIUM: nothing that needs a browser is tested. Install one, such as with apt-get install chromium.');
  return found;
}

/** How long a browser may take until it shows an empty page. */
const ANSWERS_WITHIN_MS = patience(10_000);

/**
 * Opens a browser that shows pages. Now and then one starts and never answers, and what waits for
 * it reaches no deadline of Playwright's; then another is opened.
 */
export async function openChromium(found: string): Promise<Browser> {
  for (let left = 3; left > 0; left -= 1) {
    const browser = await launch(found);
    if (await isAnswering(browser)) return browser;
    console.warn('Chromium started and does not answer.');
    // It would wait for the browser.
    browser.close().catch(() => undefined);
  }
  throw new Error('Chromium was started three times, and never showed a page.');
}

/** @returns `browser`, or another where it does not answer any more. */
export async function answering(browser: Browser, found: string): Promise<Browser> {
  if (await isAnswering(browser)) return browser;
  console.warn('Chromium does not answer any more.');
  return openChromium(found);
}

async function isAnswering(browser: Browser): Promise<boolean> {
  const shows = async () => {
    const page = await browser.newPage();
    await page.evaluate('1');
    await page.close();
    return true;
  };
  return Promise.race([shows().catch(() => false), wait(ANSWERS_WITHIN_MS, false, { ref: false })]);
}

async function launch(found: string): Promise<Browser> {
  if (found !== FROM_NPM) return chromium.launch({ executablePath: found, args: ['--no-sandbox'] });
  // Not with the arguments that the package recommends: they make one process of it, which ends
  // with its first page.
  return chromium.launch({ executablePath: await unpackedChromium(), args: ['--no-sandbox', '--disable-gpu'] });
}

/**
 * The browser of the package @sparticuz/chromium, unpacked. The package unpacks it into the
 * temporary folder of its process, and takes a file that another process is still writing for a
 * browser; so a process with a temporary folder of its own unpacks it.
 * @returns the path of its program.
 */
async function unpackedChromium(): Promise<string> {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'node_modules/@sparticuz/chromium/package.json'), 'utf8'));
  const folder = await madeOnce(path.join(tmpdir(), `brim-chromium-${version}`), async (made) => {
    const script = `import('@sparticuz/chromium').then(({ default: packed }) => packed.executablePath())`;
    await promisify(execFile)(process.execPath, ['-e', script], { cwd: ROOT, env: { ...process.env, TMPDIR: made } });
  });
  return path.join(folder, 'chromium');
}

/** The page with all that it imports, as one script. */
export async function bundlePage(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    oxc: { jsx: { runtime: 'automatic', development: false } },
    resolve: { conditions: ['@brim/source', ...defaultClientConditions] },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, minify: false, rollupOptions: { input: entry, output: { format: 'iife' } } },
  });
  const [script] = 'output' in built ? built.output : [];
  if (script?.type !== 'chunk') throw new Error('vite built nothing');
  return script.code;
}

export interface PageServer {
  readonly url: string;
  /** How many tokens it has made. */
  readonly tokensMade: () => number;
  close(): Promise<void>;
}

/** On a loopback port; `/token` makes a token, the rest is the page. */
export async function openPageServer(script: string, makeToken: () => Promise<string>): Promise<PageServer> {
  let tokensMade = 0;
  const server: Server = createServer(async (request, response) => {
    if (request.url === '/token') {
      const token = await makeToken().catch(() => undefined);
      if (token) tokensMade += 1;
      response.writeHead(token ? 200 : 503).end(token);
    } else if (request.url === '/page.js') {
      response.setHeader('content-type', 'text/javascript; charset=utf-8').end(script);
    } else {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(
        '<!doctype html><html lang="en"><title>Page</title><div id="root"></div><script src="/page.js"></script></html>',
      );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    tokensMade: () => tokensMade,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
