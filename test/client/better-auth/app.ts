/** An app that signs people up with better-auth, and the browsers of those people. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { createAuthClient } from 'better-auth/client';
import { toNodeHandler } from 'better-auth/node';
import { admin } from 'better-auth/plugins';
import { onTestFinished } from 'vitest';
import { type BrimPluginOptions, brim } from '../../../packages/client/src/better-auth/better-auth.ts';
import { brimClient } from '../../../packages/client/src/better-auth/client.ts';
import { TEST_KEY } from '../../support/brim.ts';
import type { ClientShop } from '../../support/shop/app-server.ts';
import { openStandIn, passOn } from '../server/stand-in.ts';

/** Google's signature is better-auth's to verify. */
const google = { clientId: 'app', clientSecret: 'secret', verifyIdToken: async () => true };

/** What somebody shows who is signed in with Google. */
export function googleToken(name: string): string {
  const claims = { sub: `google-${name}`, name, email: `${name.toLowerCase()}@google.example`, email_verified: true };
  return ['{"alg":"RS256"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}

/** The real better-auth on a real port, with its database in memory. */
export async function openApp(
  plugin: BrimPluginOptions,
  options: Pick<BetterAuthOptions, 'user' | 'rateLimit' | 'session'> = {},
) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const said: string[] = [];
  const auth = betterAuth({
    baseURL: url,
    secret: 'a secret of the app that only this test knows',
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    // Slow hashes are better-auth's to test.
    emailAndPassword: {
      enabled: true,
      password: { hash: async (password) => password, verify: async ({ hash, password }) => hash === password },
    },
    socialProviders: { google },
    advanced: { disableOriginCheck: false, disableCSRFCheck: false },
    logger: { log: (level, message) => said.push(`${level}: ${message}`) },
    ...options,
    plugins: [admin({ defaultRole: 'admin' }), brim(plugin)],
  });
  server.on('request', toNodeHandler(auth));
  return { url, auth, said };
}

const { fetch: network } = globalThis;

/** A browser at an app's page: better-auth's own client, with a jar for cookies. */
export function openBrowser(url: string) {
  const cookies = new Map<string, string>();
  const send: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('origin', url);
    if (cookies.size > 0) headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '));
    const response = await network(input, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value && !/max-age=0/i.test(line)) cookies.set(name, value);
      else cookies.delete(name);
    }
    return response;
  };
  const client = createAuthClient({ baseURL: url, plugins: [brimClient()], fetchOptions: { customFetchImpl: send } });
  return { client, cookies, fetch: send };
}

/** Signs somebody up, and gives the browser of that person. */
export async function signUp(url: string, name: string, email = `${name.toLowerCase()}@app.example`) {
  const browser = openBrowser(url);
  const { data, error } = await browser.client.signUp.email({ name, email, password: 'correct horse' });
  if (error) throw new Error(JSON.stringify(error));
  return { ...browser, id: data.user.id };
}

/** A client whose Brim is away until it is told to come back. */
export async function openAway(shop: ClientShop) {
  let isAway = true;
  const { url, inputs } = await openStandIn((body) => (isAway ? 'cut' : passOn(shop.url, body, TEST_KEY)));
  const client = await shop.connect({ url, retries: 1 });
  const turn = (away: boolean) => {
    isAway = away;
  };
  return { client, inputs, goAway: () => turn(true), comeBack: () => turn(false) };
}
