/** Serves the files of a page under a policy that lets it load and call its own origin alone. */
import type { PageFile, PageFiles } from './page-files.ts';

export interface PageOptions {
  /** What the page is called where it cannot be shown: "the demo". */
  readonly name: string;
  readonly read: () => Promise<PageFiles>;
  /** More directives of the content security policy. */
  readonly policy?: readonly string[];
}

/** Answers with a file of the page. `change` may change it for this request. */
export type ShowFile = (request: Request, file: string, change?: (file: PageFile) => PageFile) => Promise<Response>;

/** All requests wait for one reading; after one that failed, the next request reads again. */
export function openPage({ name, read, policy = [] }: PageOptions): ShowFile {
  let reading: Promise<PageFiles> | undefined;
  return async (request, fileName, change = (file) => file) => {
    reading ??= read();
    try {
      const file = (await reading).get(fileName);
      if (!file) return nothingHere();
      const { body, type } = change(file);
      return new Response(body, { headers: headersFor(request, type, policy) });
    } catch (error) {
      reading = undefined;
      const why = error instanceof Error ? error.message : String(error);
      const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
      return new Response(`The page of ${name} cannot be shown.\n\n${why}\n`, { status: 500, headers });
    }
  };
}

function nothingHere(): Response {
  const error = { message: 'There is nothing at this path.', extensions: { code: 'NOT_FOUND' } };
  return Response.json({ errors: [error] }, { status: 404 });
}

/** The policy names the socket, because older browsers do not count it as 'self'. */
function headersFor(request: Request, type: string, policy: readonly string[]): Record<string, string> {
  const { host } = new URL(request.url);
  return {
    'content-type': type,
    'cache-control': type.startsWith('text/html') ? 'no-store' : 'no-cache',
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      `connect-src 'self' ws://${host} wss://${host}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      ...policy,
    ].join('; '),
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  };
}
