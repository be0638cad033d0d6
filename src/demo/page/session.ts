/** The page's session with its own server: its customer, and the token for Brim. */

export interface Session {
  readonly customerId: string;
  /** The newest token. */
  readonly token: () => string;
  /** Gives the session's first token, and from then on a new one each time. */
  readonly getToken: () => Promise<string>;
}

/** Says in a sentence for the reader why the page's server did not answer. */
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

/** Tells the other tabs of this browser that the customer has changed. */
const channel = new BroadcastChannel('brim-demo');
channel.addEventListener('message', () => location.reload());

/** Begins a new session in every tab, with a new customer and a new free plan. */
export async function startOver(): Promise<void> {
  await ask('/demo/session', { fresh: true });
  channel.postMessage('fresh');
  location.reload();
}

/**
 * Posts to the page's server. Returns 402 like a success.
 * @throws SessionError with the message of any other refusal.
 */
export async function ask(path: string, body: object): Promise<Response> {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, request).catch(() => {
    throw new SessionError('The server cannot be reached.');
  });
  if (response.ok || response.status === 402) return response;
  const { errors = [] }: { errors?: { message?: string }[] } = await response.json().catch(() => ({}));
  throw new SessionError(errors[0]?.message ?? `The server answered ${response.status}.`);
}
