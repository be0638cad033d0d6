/** The SDK's own client asks Brim, as an agent's host does. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CallToolResult, Client, InMemoryTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler, type McpServer } from '@modelcontextprotocol/server';
import { Ajv, addFormats } from '@modelcontextprotocol/server/validators/ajv';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import * as texts from '../../../packages/client/src/documents/generated/texts.ts';
import { codeOf } from '../../../packages/client/src/mcp/call-tool.ts';
import { type McpOptions, mcpServerFactory } from '../../../packages/client/src/mcp/mcp.ts';
import type { BrimOptions } from '../../../packages/client/src/server/index.ts';
import { TEST_KEY } from '../../support/brim.ts';
import { type ClientShop, openClientShop } from '../../support/shop/app-server.ts';
import { balanceOf, createCustomer, createCustomerToken, MESSAGES, openShop } from '../../support/shop.ts';
import { openStandIn, passOn } from '../server/stand-in.ts';

/** `CustomerBalances` is the tool `customerBalances`. */
const toolsOf = (kind: string) =>
  Object.entries(texts)
    .filter(([, text]) => text.startsWith(kind))
    .map(([name]) => `${name.charAt(0).toLowerCase()}${name.slice(1).replace(/Text$/, '')}`);

let shop: ClientShop;
beforeAll(async () => {
  shop = await openClientShop();
});
afterAll(() => shop.close());

async function factoryOf(options?: McpOptions, brim: Partial<BrimOptions> = {}): Promise<() => McpServer> {
  return mcpServerFactory(await shop.connect(brim), options);
}

async function open(options?: McpOptions, brim: Partial<BrimOptions> = {}): Promise<Client> {
  const server = (await factoryOf(options, brim))();
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(ours);
  return connected(new Client({ name: 'an agent', version: '1' }), theirs);
}

async function connected(client: Client, transport: Parameters<Client['connect']>[0]): Promise<Client> {
  await client.connect(transport);
  onTestFinished(() => client.close());
  return client;
}

/** What a tool says to programs, which must be what it says to those who read text. */
async function call(client: Client, name: string, args: Record<string, unknown> = {}) {
  const result: CallToolResult = await client.callTool({ name, arguments: args });
  const [block] = result.content;
  const text = block?.type === 'text' ? block.text : '';
  if (result.structuredContent) expect(JSON.parse(text)).toEqual(result.structuredContent);
  return { isError: result.isError === true, answer: result.structuredContent, text };
}

const remaining = async (customerId: string) => (await balanceOf(shop, customerId)).remaining;

describe('the tools', () => {
  it('are all trusted documents that only read', async () => {
    const { tools } = await (await open()).listTools();
    expect(tools.map(({ name }) => name).toSorted()).toEqual(toolsOf('query').toSorted());
    expect(tools.map(({ annotations }) => annotations)).toEqual(tools.map(() => ({ readOnlyHint: true, openWorldHint: false })));
  });

  it('are mutations, too, where the app allows them: one by its name, or all', async () => {
    const { tools } = await (await open({ allow: ['track'] })).listTools();
    expect(tools.map(({ name }) => name).toSorted()).toEqual([...toolsOf('query'), 'track'].toSorted());
    const all = await (await open({ allow: 'all' })).listTools();
    expect(all.tools.map(({ name }) => name).toSorted()).toEqual([...toolsOf('query'), ...toolsOf('mutation')].toSorted());
    await expect(factoryOf({ allow: ['trak'] })).rejects.toThrow('There is no mutation trak. There are: ');
    await expect(factoryOf({ allow: ['customer'] })).rejects.toThrow('There is no mutation customer.');
  });

  it('say what they change', async () => {
    const { tools } = await (await open({ allow: 'all' })).listTools();
    const hints = Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations]));
    const takes = { readOnlyHint: false, destructiveHint: true, idempotentHint: false };
    expect(hints).toMatchObject({
      track: takes,
      cancelPurchase: takes,
      grantBalance: { ...takes, destructiveHint: false },
      importBalances: { ...takes, idempotentHint: true },
    });
  });

  it('have a description, and an input schema that is JSON Schema', async () => {
    const { tools } = await (await open({ allow: 'all' })).listTools();
    const ajv = new Ajv({ strict: true, allowUnionTypes: true });
    addFormats(ajv);
    for (const { name, description, inputSchema } of tools) {
      expect(description?.length, name).toBeGreaterThan(20);
      expect(() => ajv.compile(inputSchema), name).not.toThrow();
    }
    const described = Object.fromEntries(tools.map((tool) => [tool.name, tool]));
    expect(described['customerLedger']?.description).toContain('\nledger: Every movement of the customer');
    expect(described['customerLedger']?.inputSchema).toMatchObject({
      properties: {
        first: {
          description: expect.stringMatching(/^How many entries to return from the beginning: 1 to 100\./),
          type: ['integer', 'null'],
        },
      },
      required: ['customerId'],
      additionalProperties: false,
    });
    expect(described['track']?.description).toContain('give it an idempotencyKey');
    expect(described['track']?.inputSchema.properties?.['input']).toMatchObject({
      properties: {
        value: { type: ['string', 'number', 'null'] },
        onShortfall: {
          enum: ['CAP', 'OVERDRAW', 'REJECT', null],
          description: expect.stringContaining('\nREJECT: Takes all or nothing'),
        },
      },
      required: ['customerId', 'featureId'],
    });
  });
});

describe('a call', () => {
  it('reads a balance', async () => {
    const customerId = await shop.newCustomer();
    const { answer, isError } = await call(await open(), 'customerBalance', { customerId, featureId: MESSAGES });
    expect(isError).toBe(false);
    expect(answer).toMatchObject({ customer: { balance: { remaining: '10', feature: { id: MESSAGES } } } });
  });

  it('reads a long list by pages', async () => {
    const agent = await open();
    const ids = await Promise.all([shop.newCustomer(), shop.newCustomer()]);
    const first = await call(agent, 'customers', { first: 1 });
    expect(first.answer).toMatchObject({ customers: { nodes: [{ id: expect.any(String) }], pageInfo: { hasNextPage: true } } });
    const { endCursor } = (first.answer as { customers: { pageInfo: { endCursor: string } } }).customers.pageInfo;
    const next = await call(agent, 'customers', { first: 1, after: endCursor });
    expect(next.answer).not.toEqual(first.answer);
    expect(ids).toContainEqual((next.answer as { customers: { nodes: [{ id: string }] } }).customers.nodes[0].id);
  });

  it.each(['legacy', 'auto'] as const)('comes by HTTP, from a client that is %s', async (mode) => {
    const app = createMcpHandler(await factoryOf());
    const transport = new StreamableHTTPClientTransport(new URL('http://an-app.example/mcp'), {
      fetch: (url, init) => app.fetch(new Request(url, init)),
    });
    const agent = await connected(new Client({ name: 'an agent', version: '1' }, { versionNegotiation: { mode } }), transport);
    const customerId = await shop.newCustomer();
    const { answer } = await call(agent, 'customer', { id: customerId });
    expect(answer).toMatchObject({ customer: { id: customerId } });
  });

  it('of a mutation that is not allowed changes nothing', async () => {
    const customerId = await shop.newCustomer();
    const agent = await open({ allow: ['grantBalance'] });
    await expect(call(agent, 'track', { input: { customerId, featureId: MESSAGES } })).rejects.toThrow('Tool track not found');
    expect(await remaining(customerId)).toBe('10');
  });

  it('of a mutation that is allowed is done once with each key, and each time without', async () => {
    const customerId = await shop.newCustomer();
    const agent = await open({ allow: ['track'] });
    const keyed = { input: { customerId, featureId: MESSAGES, value: 2, idempotencyKey: 'once' } };
    expect((await call(agent, 'track', keyed)).answer).toMatchObject({ track: { replayed: false, balance: { remaining: '8' } } });
    expect((await call(agent, 'track', keyed)).answer).toMatchObject({ track: { replayed: true, balance: { remaining: '8' } } });
    const unkeyed = { input: { customerId, featureId: MESSAGES, value: '1' } };
    await call(agent, 'track', unkeyed);
    await call(agent, 'track', unkeyed);
    expect(await remaining(customerId)).toBe('6');
  });

  it('whose answer is lost is done once, also without a key', async () => {
    const lossy = await openStandIn(async (body, turn) => {
      const reply = await passOn(shop.url, body, TEST_KEY);
      return turn === 1 ? 'cut' : reply;
    });
    const customerId = await shop.newCustomer();
    const agent = await open({ allow: ['track'] }, { url: lossy.url });
    const { answer } = await call(agent, 'track', { input: { customerId, featureId: MESSAGES } });
    expect(answer).toMatchObject({ track: { replayed: true, balance: { remaining: '9' } } });
    expect(await remaining(customerId)).toBe('9');
  });

  it('whose answers are all lost says with which key it can be repeated', async () => {
    const silent = await openStandIn(async (body) => {
      await passOn(shop.url, body, TEST_KEY);
      return 'cut' as const;
    });
    const customerId = await shop.newCustomer();
    const input = { customerId, featureId: MESSAGES };
    const lost = await call(await open({ allow: ['track'] }, { url: silent.url, retries: 1 }), 'track', { input });
    expect(lost).toMatchObject({
      isError: true,
      answer: { code: 'NETWORK', retryable: true, idempotencyKey: expect.any(String) },
    });
    const { idempotencyKey } = lost.answer as { idempotencyKey: string };
    const again = await call(await open({ allow: ['track'] }), 'track', { input: { ...input, idempotencyKey } });
    expect(again.answer).toMatchObject({ track: { replayed: true } });
    expect(await remaining(customerId)).toBe('9');
  });

  it('of a mutation that takes no key is sent once', async () => {
    const silent = await openStandIn(() => 'cut');
    const agent = await open({ allow: ['createPortalSession'] }, { url: silent.url });
    const input = { customerId: 'ada', returnUrl: 'https://app.example' };
    expect(await call(agent, 'createPortalSession', { input })).toMatchObject({ isError: true, answer: { code: 'NETWORK' } });
    expect(silent.inputs).toEqual([input]);
  });
});

describe('a refusal', () => {
  it('of every payload has the code that the page of errors explains', () => {
    const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
    const errors = [...read('schema/schema.graphql').matchAll(/^type (\w+) implements Error/gm)].map(([, name = '']) =>
      codeOf(name),
    );
    expect(errors).toContain('INSUFFICIENT_BALANCE');
    expect(errors.filter((code) => !read('docs/errors.md').includes(`\`${code}\``))).toEqual([]);
  });

  it('has the code of the error, its message and its facts', async () => {
    const customerId = await shop.newCustomer();
    const input = { customerId, featureId: MESSAGES, value: '11', onShortfall: 'REJECT' };
    expect(await call(await open({ allow: ['track'] }), 'track', { input })).toMatchObject({
      isError: true,
      answer: { code: 'INSUFFICIENT_BALANCE', message: expect.any(String), required: '11', remaining: '10' },
    });
    expect(await call(await open(), 'check', { input: { customerId: 'nobody', featureId: MESSAGES } })).toMatchObject({
      isError: true,
      answer: { code: 'CUSTOMER_NOT_FOUND', retryable: false },
    });
  });

  it.each([
    ['of a value', { value: '-1' }, { code: 'INVALID_INPUT', issues: [{ path: ['value'], code: 'TOO_SMALL' }] }],
    ['of two values', { value: '0', idempotencyKey: '' }, { issues: [{ path: ['value'] }, { path: ['idempotencyKey'] }] }],
  ])('%s names its path', async (_, wrong, answer) => {
    const input = { customerId: await shop.newCustomer(), featureId: MESSAGES, ...wrong };
    expect(await call(await open({ allow: ['track'] }), 'track', { input })).toMatchObject({ isError: true, answer });
  });

  it.each([
    ['without what it needs', 'check', { input: {} }, "data/input must have required property 'featureId'"],
    ['of another type', 'customers', { first: 'ten' }, 'data/first must be integer,null'],
    ['with a word that it does not know', 'plans', { limit: 5 }, 'data must NOT have additional properties'],
  ])('of arguments %s comes before Brim is asked', async (_, tool, args, words) => {
    const agent = await open({}, { url: 'http://127.0.0.1:9' });
    expect(await call(agent, tool, args)).toMatchObject({ isError: true, text: expect.stringContaining(words) });
  });

  it('comes for what a key may not do, and no answer shows the key', async () => {
    const wrong = 'brim_sk_wrong_0123456789abcdef';
    const refused = await call(await open({}, { secretKey: wrong }), 'plans');
    expect(refused).toMatchObject({ isError: true, answer: { code: 'UNAUTHENTICATED' } });
    const unsendable = await call(await open({}, { secretKey: `${wrong}\n\u0000`, retries: 0 }), 'plans');
    expect(unsendable).toMatchObject({ isError: true, answer: { code: 'NETWORK' } });
    for (const { text } of [refused, unsendable]) expect(text).not.toContain(wrong);
  });

  it('comes for an answer that is too long, and says that a mutation is done', async () => {
    const long = await openStandIn(() => ({ body: JSON.stringify({ data: { any: 'x'.repeat(100_000) } }) }));
    const agent = await open({ allow: ['track'] }, { url: long.url });
    expect(await call(agent, 'plans')).toMatchObject({ isError: true, answer: { code: 'ANSWER_TOO_LARGE', done: false } });
    const tracked = await call(agent, 'track', { input: { customerId: 'ada', featureId: MESSAGES } });
    expect(tracked).toMatchObject({ isError: true, answer: { code: 'ANSWER_TOO_LARGE', done: true } });
    expect(tracked.text.length).toBeLessThan(500);
  });
});

it('where only trusted documents are answered, those of the package are', async () => {
  const file = fileURLToPath(new URL('../../../packages/client/src/documents/generated/trusted.json', import.meta.url));
  const bound = await openShop({ config: { trustedDocuments: { files: [file], only: 'customers' }, console: false } });
  onTestFinished(() => bound.close());
  await createCustomer(bound, 'ada');
  const token = await createCustomerToken(bound, 'ada');
  const other = await bound.query('{ viewer { id } }', {}, token);
  expect(other.errors?.[0]?.extensions).toMatchObject({ code: 'DOCUMENT_NOT_TRUSTED' });
  const agent = await open({}, { url: bound.url, secretKey: token });
  expect((await call(agent, 'viewerCustomer')).answer).toMatchObject({ viewer: { id: 'ada' } });
  const trusted: string[] = Object.values(JSON.parse(readFileSync(file, 'utf8')));
  expect(trusted.toSorted()).toEqual(Object.values<string>(texts).toSorted());
});

describe("with a customer's token", () => {
  it('an agent sees its own customer, and changes no balance', async () => {
    const [own, other] = [await shop.newCustomer(), await shop.newCustomer()];
    const agent = await open({ allow: 'all' }, { secretKey: await createCustomerToken(shop, own) });
    expect((await call(agent, 'viewerBalances')).answer).toMatchObject({ viewer: { id: own, balances: [{ remaining: '10' }] } });
    expect((await call(agent, 'customerBalances', { customerId: own })).answer).toMatchObject({ customer: { id: own } });
    expect((await call(agent, 'customerBalances', { customerId: other })).answer).toEqual({ customer: null });
    expect(await call(agent, 'customers')).toMatchObject({ isError: true, answer: { code: 'FORBIDDEN' } });
    const input = { customerId: own, featureId: MESSAGES };
    expect(await call(agent, 'grantBalance', { input: { ...input, amount: '5' } })).toMatchObject({ isError: true });
    expect(await remaining(own)).toBe('10');
  });
});
