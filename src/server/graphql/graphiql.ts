/**
 * GraphiQL, served by this process alone: scripts, fonts and workers are inside the page, and its
 * content security policy allows requests to its own origin only.
 *
 * The page opens with the whole flow in tabs, one for each file of graphiql-tabs/. It subscribes
 * over SSE, because a browser cannot set the headers of a WebSocket.
 */
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { GRAPHQL_PATH } from './graphql.ts';

const TABS_DIR = join(import.meta.dirname, 'graphiql-tabs');
const STORAGE_SCRIPT = join(import.meta.dirname, 'graphiql-storage.js');
/** The place in the page for a script that runs before GraphiQL's own. */
const ROOT = '<div id="root"></div>';

/** 'unsafe-inline' because the page is one file. Nothing in it comes from a request. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  'img-src data: blob:',
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export interface Graphiql {
  /** Sends the page to a browser that asks for it. False for every other request. */
  answerPage(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

/**
 * @param developmentKey Shown in the tabs. Never in production, where everybody who can open the
 * page could read it.
 */
export function openGraphiql({ developmentKey }: { readonly developmentKey?: string | undefined }): Graphiql {
  let rendered: Promise<Buffer> | undefined;
  return {
    async answerPage(request, response) {
      if (request.method !== 'GET' || !request.headers.accept?.includes('text/html')) return false;
      rendered ??= renderPage(developmentKey);
      const page = await rendered;
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-length': page.byteLength,
        'content-security-policy': CONTENT_POLICY,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
      response.end(page);
      return true;
    },
  };
}

/** The page has 9 MB. It is loaded and rendered once, when a browser first asks for it. */
async function renderPage(developmentKey: string | undefined): Promise<Buffer> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const headers = JSON.stringify({ authorization: `Bearer ${developmentKey ?? '<secret key or customer token>'}` }, null, 2);
  const [tabs, renewStoredTabs] = await Promise.all([readTabs(), readFile(STORAGE_SCRIPT, 'utf8')]);
  const page = renderGraphiQL({
    title: 'Brim',
    endpoint: GRAPHQL_PATH,
    subscriptionsProtocol: 'SSE',
    headers,
    defaultTabs: tabs.map((tab) => ({ ...tab, headers })),
  });
  const flow = JSON.stringify({ tabs, headers }).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return Buffer.from(page.replace(ROOT, (root) => `${root}\n<script data-flow="${flow}">${renewStoredTabs}</script>`));
}

export interface GraphiqlTab {
  readonly query: string;
  readonly variables?: string;
}

/** In the order of their names. `4-buy-200.json` holds the variables of `4-buy-200.graphql`. */
export async function readTabs(): Promise<readonly GraphiqlTab[]> {
  const names = (await readdir(TABS_DIR)).sort();
  return Promise.all(
    names
      .filter((name) => name.endsWith('.graphql'))
      .map(async (name) => {
        const query = await readFile(join(TABS_DIR, name), 'utf8');
        const variablesName = name.replace(/\.graphql$/, '.json');
        if (!names.includes(variablesName)) return { query };
        return { query, variables: await readFile(join(TABS_DIR, variablesName), 'utf8') };
      }),
  );
}
