/**
 * The operator's console at /console: a page that uses the public API with a secret key, as every
 * other caller does. What is served here holds no data and no key, but for the key that a
 * development start made.
 */
import { openPage } from '../../platform/pages/page.ts';
import { type PageFile, type PageFiles, readPageFiles } from '../../platform/pages/page-files.ts';
import type { Route } from './routes.ts';

export interface ConsoleOptions {
  /** With it the page opens signed in. Never where another machine can reach the page. */
  readonly developmentKey?: string | undefined;
  /** Reads the page; what a build made of it, unless told. */
  readonly pageFiles?: () => Promise<PageFiles>;
}

/** Scripts cannot make HTML or scripts of text then, not even by mistake. */
const NO_HTML_FROM_TEXT = ["require-trusted-types-for 'script'", "trusted-types 'none'"];

export function openConsole({ developmentKey, pageFiles = () => readPageFiles('console') }: ConsoleOptions): readonly Route[] {
  const showFile = openPage({ name: 'the console', read: pageFiles, policy: NO_HTML_FROM_TEXT });
  const showPage = (request: Request) =>
    showFile(request, 'index.html', developmentKey === undefined || !isNavigation(request) ? undefined : holding(developmentKey));
  return [
    { method: 'GET', path: '/console', handle: showPage },
    { method: 'GET', path: '/console/', handle: showPage },
    { method: 'GET', path: '/console/assets/:name', handle: (request, { name }) => showFile(request, `assets/${name}`) },
  ];
}

/** False for a request by a script, which another page of this machine may have sent. */
function isNavigation({ headers }: Request): boolean {
  const wants = headers.get('sec-fetch-dest');
  return wants === null || wants === 'document';
}

function holding(key: string): (file: PageFile) => PageFile {
  const content = key.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return ({ body, type }) => ({
    body: (typeof body === 'string' ? body : new TextDecoder().decode(body)).replace(
      '<head>',
      () => `<head>\n    <meta name="brim-development-key" content="${content}">`,
    ),
    type,
  });
}
