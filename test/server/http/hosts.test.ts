import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPrivate } from '../../../src/config/warnings.ts';
import { openHosts } from '../../../src/server/http/hosts.ts';
import { openBrim, type TestBrim } from '../../support/brim.ts';

describe('the hosts of a development server', () => {
  const hosts = (host: string | undefined) => openHosts({ host: '127.0.0.1', publicUrl: 'https://Brim.local:8443' })(host);

  it.each([
    ...['localhost', 'localhost:4000', 'LOCALHOST:1', '127.0.0.1', '127.0.0.1:4000', '[::1]', '[::1]:4000'],
    ...['brim.local', 'brim.local:8443', 'BRIM.local:1'],
  ])('are this machine and PUBLIC_URL: %s', (host) => expect(hosts(host)).toBe(true));

  it.each([
    ...[
      undefined,
      '',
      ' ',
      'evil.example',
      'evil.example:4000',
      'localhost.evil.example',
      'localhost.',
      'evil-localhost',
      '127.0.0.1.nip.io',
    ],
    ...['127.0.0.2', '0.0.0.0', '0', '2130706433', '127.1', '0x7f000001', '[::]', '[::ffff:127.0.0.1]', '::1', '192.168.0.7'],
    ...[
      'localhost:',
      'localhost:x',
      'localhost:123456',
      'localhost@evil.example',
      'localhost/',
      'localhost,evil.example',
      'localhost evil',
    ],
    ...['xn--localhost-x', 'lοcalhost', 'brim.local.evil.example', 'x.brim.local', 'brim.local.'],
  ])('do not include %j', (host) => expect(hosts(host)).toBe(false));

  it('include the address that it listens on, but not the wildcard addresses', () => {
    expect(openHosts({ host: '192.168.0.7' })('192.168.0.7:4000')).toBe(true);
    expect(openHosts({ host: 'fe80::7' })('[fe80::7]:4000')).toBe(true);
    expect(openHosts({ host: '0.0.0.0' })('0.0.0.0:4000')).toBe(false);
    expect(openHosts({ host: '::' })('[::]:4000')).toBe(false);
  });

  it('are private, so that a key may be shown, only where no other machine can reach them', () => {
    expect(
      [{ host: '127.0.0.1' }, { host: 'localhost' }, { host: '::1', publicUrl: 'http://localhost:1' }].map(isPrivate),
    ).toEqual([true, true, true]);
    const open = [
      { host: '0.0.0.0' },
      { host: '::' },
      { host: '192.168.0.7' },
      { host: '127.0.0.1', publicUrl: 'https://x.tunnel.example' },
    ];
    expect(open.map(isPrivate)).toEqual([false, false, false, false]);
  });
});

interface Seen {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly text: string;
}

/** A request whose Host header differs from its destination, as after DNS rebinding. */
function askAs(url: string, host: string, path: string, headers: Record<string, string> = {}): Promise<Seen> {
  return new Promise((resolve, reject) => {
    request(`${url}${path}`, { headers: { host, ...headers } }, (response) => {
      const chunks: string[] = [];
      response.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
      response.once('end', () => resolve({ status: response.statusCode, headers: response.headers, text: chunks.join('') }));
    })
      .once('error', reject)
      .end();
  });
}

async function upgradeAs(url: string, host: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), new URL(url).hostname);
  socket.setEncoding('utf8');
  socket.write(
    `GET /graphql HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
  );
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer);
}

const PAGE = { accept: 'text/html' };

describe('a development server, under a foreign host name', () => {
  let brim: TestBrim;
  beforeAll(async () => {
    brim = await openBrim({ config: { corsOrigins: ['http://localhost:*'] } });
  });
  afterAll(() => brim.close());

  it.each(['/graphql', '/', '/health', '/sandbox/checkout/x', '/checkout/return/x', '/demo/session', '/nowhere'])(
    'gives away nothing at %s',
    async (path) => {
      const seen = await askAs(brim.url, `evil.example:${new URL(brim.url).port}`, path, PAGE);
      expect(seen.status).toBe(421);
      expect(seen.text).toContain('"UNKNOWN_HOST"');
      expect(seen.text).toContain('PUBLIC_URL');
    },
  );

  it('answers with a GraphQL error', async () => {
    const seen = await askAs(brim.url, 'evil.example', '/graphql?query={__typename}');
    expect(JSON.parse(seen.text)).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'UNKNOWN_HOST' } }] });
  });

  it('opens no socket', async () => {
    const answer = await upgradeAs(brim.url, 'evil.example');
    expect(answer).toMatch(/^HTTP\/1\.1 421 /);
    expect(answer).toContain('"UNKNOWN_HOST"');
    expect(await upgradeAs(brim.url, 'localhost:1')).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('answers under its own name', async () => {
    for (const host of ['localhost', '127.0.0.1:9', '[::1]:9']) expect((await askAs(brim.url, host, '/health')).status).toBe(200);
  });

  it('gives no other origin its page', async () => {
    const origin = 'http://localhost:5173';
    const page = await askAs(brim.url, 'localhost', '/graphql', { ...PAGE, origin });
    expect([page.status, page.headers['access-control-allow-origin']]).toEqual([200, undefined]);
    const answer = await askAs(brim.url, 'localhost', '/graphql', { origin });
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
  });
});

describe('a production server', () => {
  it('answers under any name, because proxies use their own', async () => {
    const stripe = { secretKey: 'sk_test_none', webhookSecret: 'whsec_none', apiUrl: 'http://127.0.0.1:9' };
    const brim = await openBrim({
      config: { environment: 'production', graphiql: false, publicUrl: 'https://brim.example', stripe },
    });
    try {
      expect((await askAs(brim.url, 'whatever.internal', '/health')).status).toBe(200);
    } finally {
      await brim.close();
    }
  });
});
