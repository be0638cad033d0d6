/** The page's session with its own server: whose it is, and the token with which it speaks to Brim. */

export interface Session {
  readonly customerId: string;
  /** The newest token. */
  readonly token: () => string;
  /** The first one, and from then on a new one each time. */
  readonly getToken: () => Promise<string>;
}

/** What kept the page from its server, in a sentence for the reader. */
export class SessionError extends Error {}

/** @throws SessionError. */
export async function openSession(): Promise<Session> {
  const begun: { customerId: string; token: string } = await (await ask('/demo/session', {})).json();
  let { token } = begun;
  let isNew = true;
  return {
    customerId: begun.customerId,
    token: () => token,
    async getToken() {
      if (!isNew) ({ token } = await (await ask('/demo/token', {})).json());
      isNew = false;
      return token;
    },
  };
}

/** Another page of this browser goes on as somebody who is not here any more, unless it is told. */
const channel = new BroadcastChannel('brim-demo');
channel.addEventListener('message', () => location.reload());

/** Begins again as a new customer, with a new free plan, in every tab. */
export async function startOver(): Promise<void> {
  await ask('/demo/session', { fresh: true });
  channel.postMessage('fresh');
  location.reload();
}

/** Where the server refuses, the answer is an error with its words; 402 is an answer. @throws SessionError. */
export async function ask(path: string, body: object): Promise<Response> {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, request).catch(() => {
    throw new SessionError('The server cannot be reached.');
  });
  if (response.ok || response.status === 402) return response;
  const { errors = [] }: { errors?: { message?: string }[] } = await response.json().catch(() => ({}));
  throw new SessionError(errors[0]?.message ?? `The server answered ${response.status}.`);
}
