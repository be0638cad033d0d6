/**
 * The demo at `/`, in development only: an app that uses Brim, with its page and its own server.
 * The page uses the public API with a customer token; the server calls the verbs that need a secret
 * key.
 */
import { openPage } from '../../platform/pages/page.ts';
import { type PageFiles, readPageFiles } from '../../platform/pages/page-files.ts';
import { type BackendDeps, openBackend } from './backend.ts';
import { refuseOtherPages } from './visitor.ts';

/** A route for the server's table of routes. */
export interface DemoRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly handle: (request: Request) => Promise<Response>;
}

export interface DemoOptions extends BackendDeps {
  /** Reads the page; what a build made of it, unless told. */
  readonly pageFiles?: () => Promise<PageFiles>;
}

const BODY_MAX_CHARACTERS = 4_096;

export function openDemo({ pageFiles = () => readPageFiles('page'), ...deps }: DemoOptions): readonly DemoRoute[] {
  const { openSession, renewToken, sendMessage, takeMany, refund } = openBackend(deps);
  const showFile = openPage({ name: 'the demo', read: pageFiles });
  return [
    { method: 'GET', path: '/', handle: (request) => showFile(request, 'index.html') },
    { method: 'GET', path: '/demo/assets/*', handle: (request) => showFile(request, new URL(request.url).pathname.slice(1)) },
    { method: 'POST', path: '/demo/session', handle: ownPage(openSession) },
    { method: 'POST', path: '/demo/token', handle: ownPage(renewToken) },
    { method: 'POST', path: '/demo/messages', handle: ownPage(sendMessage) },
    { method: 'POST', path: '/demo/uses', handle: ownPage(takeMany) },
    { method: 'POST', path: '/demo/refunds', handle: ownPage(refund) },
  ];
}

function ownPage(verb: (request: Request, body: unknown) => Promise<Response>): DemoRoute['handle'] {
  return async (request) => {
    refuseOtherPages(request);
    const text = await request.text();
    if (text.length > BODY_MAX_CHARACTERS) return refusal(413, 'PAYLOAD_TOO_LARGE', `At most ${BODY_MAX_CHARACTERS} characters.`);
    const body = readJson(text);
    return body === undefined ? refusal(400, 'INVALID_INPUT', 'The body must be JSON.') : verb(request, body);
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(status: number, code: string, message: string): Response {
  return Response.json({ errors: [{ message, extensions: { code } }] }, { status });
}
