import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type LiveOptions, openLive } from '../../../packages/client/src/live/index.ts';
import { openTokens } from '../../../packages/client/src/live/tokens.ts';

/**
 * An app's server, which answers as a test says. @returns the address of its tokens, and the
 * requests that came.
 */
async function openApp(answer: (response: ServerResponse) => void) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { tokenUrl: `http://127.0.0.1:${port}/brim-token`, asked };
}

const reply = (status: number, type: string, body: string) => (response: ServerResponse) =>
  void response.writeHead(status, { 'content-type': type }).end(body);

describe('the address of a token', () => {
  it.each([
    ['text', 'text/plain', 'head.body.signature\n'],
    ['JSON', 'application/json', '{"token":"head.body.signature"}'],
  ])('is asked with a POST, and answers with the token as %s', async (_kind, type, body) => {
    const { tokenUrl, asked } = await openApp(reply(200, type, body));
    const tokens = openTokens({ tokenUrl });
    expect(await tokens.current()).toBe('head.body.signature');
    expect(tokens.renewable).toBe(true);
    tokens.discard('head.body.signature');
    await tokens.current();
    expect(asked).toEqual(['POST /brim-token', 'POST /brim-token']);
  });

  const page = `<!doctype html><title>Sign in</title>${'x'.repeat(200)}`;
  it.each([
    ['a page to sign in', 200, 'text/html', page, '200 text/html and no token: "<!doctype html><title>Sign in</title>x'],
    [
      'a refusal',
      401,
      'application/json',
      '{"error":"signed out"}',
      '401 application/json and no token: "{\\"error\\":\\"signed out',
    ],
    ['JSON without a token', 200, 'application/json', '{"jwt":"a.b.c"}', '200 application/json and no token: "{\\"jwt'],
    ['nothing', 200, 'text/plain', '', '200 text/plain and no token: ""'],
    ['a token that is an error', 500, 'text/plain', 'a.b.c', '500 text/plain and no token: "a.b.c"'],
  ])('says what came where that is %s', async (_title, status, type, body, words) => {
    const { tokenUrl } = await openApp(reply(status, type, body));
    const error = await openTokens({ tokenUrl })
      .current()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'TOKEN',
      retryable: true,
      message: expect.stringContaining(`${tokenUrl} answered ${words}`),
    });
    expect(String(error).length).toBeLessThan(250);
  });

  it('says that it cannot be reached', async () => {
    const error = openTokens({ tokenUrl: 'http://127.0.0.1:9/brim-token' }).current();
    await expect(error).rejects.toMatchObject({ code: 'TOKEN', message: 'http://127.0.0.1:9/brim-token cannot be reached.' });
  });
});

describe('the function that gets a token', () => {
  it.each([
    ['throws', () => Promise.reject(new Error('no session')), 'getToken failed: no session'],
    ['gives a page', async () => '<!doctype html>', 'getToken gave no token, but "<!doctype html>"'],
    ['gives nothing', async () => '', 'getToken gave no token, but ""'],
    ['gives what is no text', async () => JSON.parse('null'), 'getToken gave no token, but object'],
  ])('%s: the error says so', async (_title, getToken, message) => {
    await expect(openTokens({ getToken }).current()).rejects.toMatchObject({ code: 'TOKEN', message, retryable: true });
  });
});

describe('a page that gets no token', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** Subscribes to what `options` open. @returns the state as the page sees it. */
  function openPage(options: Partial<LiveOptions>) {
    const live = openLive({ url: 'http://127.0.0.1:9', ...options });
    onTestFinished(live.customer.subscribe(() => undefined));
    onTestFinished(live.purchase('pur_1').subscribe(() => undefined));
    return live;
  }

  it('has an error at once, and asks again after pauses that grow to half a minute', async () => {
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const askedAtMs: number[] = [];
    const live = openPage({
      async getToken() {
        askedAtMs.push(Date.now());
        throw new Error('no session');
      },
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(live.customer.get().error).toMatchObject({ code: 'TOKEN', message: 'getToken failed: no session' });
    expect(live.purchase('pur_1').get().error).toMatchObject({ code: 'TOKEN' });
    expect(live.connection.get()).toBe('offline');
    await vi.advanceTimersByTimeAsync(125_000);
    const pausesMs = askedAtMs.slice(1).map((atMs, index) => atMs - (askedAtMs[index] ?? 0));
    expect(pausesMs).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    const late = live.purchase('pur_2');
    onTestFinished(late.subscribe(() => undefined));
    expect(late.get().error).toMatchObject({ code: 'TOKEN' });
  });

  it('asks for its plans again after growing pauses, too', async () => {
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const askedAtMs: number[] = [];
    const live = openLive({
      url: 'http://127.0.0.1:9',
      async getToken() {
        askedAtMs.push(Date.now());
        throw new Error('no session');
      },
    });
    onTestFinished(live.plans.subscribe(() => undefined));
    await vi.advanceTimersByTimeAsync(7_500);
    expect(live.plans.get().error).toMatchObject({ code: 'TOKEN' });
    expect(askedAtMs.map((atMs) => atMs - (askedAtMs[0] ?? 0))).toEqual([0, 1_000, 3_000, 7_000]);
  });
});
