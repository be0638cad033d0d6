/** What lists are limited to: kinds and statuses, and stretches of time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import {
  advanceClock,
  attachTopUp,
  createCustomer,
  grant,
  MESSAGES,
  openShop,
  pay,
  placeHold,
  releaseHold,
  settleHold,
  track,
} from '../support/shop.ts';

let brim: TestBrim;
let token: string;

beforeAll(async () => {
  brim = await openShop({ config: { testClocks: true } });
  await createCustomer(brim, 'ann');
  for (let minute = 0; minute < 4; minute += 1) {
    await track(brim, { customerId: 'ann' });
    await grant(brim, { customerId: 'ann', amount: '3' });
    const hold = { customerId: 'ann', featureId: MESSAGES, amount: '1', expiresInSeconds: minute === 3 ? 600 : 90 };
    const [first, second] = [await placeHold(brim, hold), await placeHold(brim, hold)];
    await (minute === 1 ? releaseHold(brim, first.hold.id) : settleHold(brim, second.hold.id, '1'));
    if (minute % 2 === 0) await pay((await attachTopUp(brim, 'ann', '100')).checkoutUrl);
    await advanceClock(brim, { by: { unit: 'MINUTE' } });
  }
  await attachTopUp(brim, 'ann', '100');
  const { createCustomerToken } = await brim.data(
    'mutation { createCustomerToken(input: { customerId: "ann" }) { ... on CreateCustomerTokenSuccess { token } } }',
  );
  token = createCustomerToken.token;
});
afterAll(() => brim.close());

interface Node {
  readonly id: string;
  /** Its kind or status. */
  readonly what: string;
  /** When it was recorded or created. */
  readonly at: string;
}

const FIELDS = 'nodes { id what: WHAT at: AT } pageInfo { hasNextPage endCursor }';
const ofCustomer = (field: string, fields: string) => (args: string) =>
  `{ customer(id: "ann") { list: ${field}(ARGS) { ${fields} } } }`.replace('ARGS', args);
const entries = FIELDS.replace('WHAT', 'kind').replace('AT', 'recordedAt');
const bought = FIELDS.replace('WHAT', 'status').replace('AT', 'createdAt');

interface List {
  readonly list: (args: string) => string;
  readonly choices: 'kinds' | 'statuses';
  /** The argument that the list of choices replaces. */
  readonly single?: 'kind' | 'status';
}

const LISTS: Readonly<Record<string, List>> = {
  'the ledger of a customer': { list: ofCustomer('ledger', entries), choices: 'kinds', single: 'kind' },
  'the ledger of a balance': {
    list: (args) => `{ customer(id: "ann") { balance(featureId: "${MESSAGES}") { list: ledger(${args}) { ${entries} } } } }`,
    choices: 'kinds',
    single: 'kind',
  },
  'the ledger of a feature': {
    list: (args) => ofCustomer('ledger', entries)(`featureId: "${MESSAGES}" ${args}`),
    choices: 'kinds',
    single: 'kind',
  },
  purchases: { list: ofCustomer('purchases', bought), choices: 'statuses', single: 'status' },
  payments: { list: ofCustomer('payments', bought), choices: 'statuses' },
  holds: { list: ofCustomer('holds', bought), choices: 'statuses' },
};

interface Connection {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const within = ({ list, ...parent }: { list?: Connection } & Record<string, object>): Connection =>
  list ?? within(Object.values(parent)[0] as Parameters<typeof within>[0]);

function asking(list: List['list']) {
  const ask = async (args: string, credential?: string) => within(await brim.data(list(args), {}, credential));
  return {
    ask,
    all: async () => (await ask('first: 100')).nodes,
    refused: async (args: string, message: string) =>
      expect((await brim.query(list(args))).errors).toMatchObject([{ message, extensions: { code: 'INVALID_INPUT' } }]),
  };
}

describe.each(Object.entries(LISTS))('%s', (_name, { list, choices }) => {
  const { ask, all, refused } = asking(list);

  it(`has those of any of the ${choices}, and none for an empty list`, async () => {
    const whole = await all();
    const names = [...new Set(whole.map(({ what }) => what))];
    expect(whole.length).toBeGreaterThan(1);
    for (const chosen of [names, names.slice(0, 1), names.slice(0, 2).reverse(), []]) {
      const { nodes } = await ask(`first: 100 ${choices}: [${chosen.concat(chosen)}]`);
      expect(nodes).toEqual(whole.filter(({ what }) => chosen.includes(what)));
    }
    expect((await ask(`first: 100 ${choices}: null`)).nodes).toEqual(whole);
    expect((await ask(`first: 100 ${choices}: ${names[0]}`)).nodes).toEqual(whole.filter(({ what }) => what === names[0]));
  });

  it('has what was made from an instant on and before another one, each page after the last', async () => {
    const whole = await all();
    const every = [...new Set(whole.map(({ at }) => at))];
    const instants = every.filter((_, index) => index % Math.ceil(every.length / 4) === 0);
    expect(instants.length).toBeGreaterThan(1);
    for (const from of [null, ...instants])
      for (const to of [null, ...instants]) {
        if (from !== null && to !== null && to <= from) continue;
        const range = `${from === null ? '' : `from: "${from}"`} ${to === null ? 'to: null' : `to: "${to}"`}`;
        const expected = whole.filter(({ at }) => (from === null || at >= from) && (to === null || at < to));
        expect((await ask(`first: 100 ${range}`)).nodes).toEqual(expected);
        const walked: Node[] = [];
        for (let after = ''; ; ) {
          const { nodes, pageInfo } = await ask(`first: 2 ${range} ${after}`);
          walked.push(...nodes);
          if (!pageInfo.hasNextPage) break;
          after = `after: "${pageInfo.endCursor}"`;
        }
        expect(walked).toEqual(expected);
      }
  });

  it('is limited by both at once, also for the customer', async () => {
    const whole = await all();
    const [newest] = whole;
    const expected = whole.filter(({ what, at }) => what === newest?.what && at < String(newest?.at));
    const args = `first: 100 ${choices}: [${newest?.what}] to: "${newest?.at}"`;
    expect((await ask(args)).nodes).toEqual(expected);
    expect((await ask(args, token)).nodes).toEqual(expected);
  });

  it('refuses a stretch of time without an instant in it, and names the argument', async () => {
    const message = 'to: must be after from';
    await refused('from: "2026-01-02T00:00:00Z" to: "2026-01-01T00:00:00Z"', message);
    await refused('from: "2026-01-02T00:00:00Z" to: "2026-01-02T01:00:00+01:00"', message);
    await refused('from: "0001-01-01T00:00:00+01:00"', 'from: must be in the years 0001 to 9999, in UTC');
    await refused('to: "9999-12-31T23:59:59-01:00"', 'to: must be in the years 0001 to 9999, in UTC');
    expect((await ask('from: "0001-01-01T00:00:00Z" to: "9999-12-31T23:59:59Z"')).nodes.length).toBeGreaterThan(1);
    expect((await ask('from: "9999-12-31T23:59:59Z"')).nodes).toEqual([]);
    expect((await ask('to: "0001-01-01T00:00:00Z"')).nodes).toEqual([]);
  });
});

const DEPRECATED = Object.entries(LISTS).flatMap(([name, { single, ...rest }]) =>
  single ? [[name, { single, ...rest }] as const] : [],
);

describe.each(DEPRECATED)('%s', (_name, { list, choices, single }) => {
  const { ask, all, refused } = asking(list);

  it(`still takes the one ${single} of before, and refuses it beside the list`, async () => {
    const whole = await all();
    const what = whole[0]?.what;
    expect((await ask(`first: 100 ${single}: ${what}`)).nodes).toEqual(whole.filter((node) => node.what === what));
    expect((await ask(`first: 100 ${single}: ${what} ${choices}: null`)).nodes.length).toBeGreaterThan(0);
    await refused(`${single}: ${what} ${choices}: [${what}]`, `${choices}: must be left out with ${single}`);
    await refused(`${single}: ${what} ${choices}: []`, `${choices}: must be left out with ${single}`);
  });
});

describe('the deliveries of a webhook endpoint', () => {
  it('are those of any of the statuses, the newest first', async () => {
    const { createWebhookEndpoint } = await brim.data(`mutation {
      createWebhookEndpoint(input: { url: "http://127.0.0.1:9/hook", events: [AUTO_TOP_UP_FAILED] }) {
        ... on CreateWebhookEndpointSuccess { endpoint { id } } } }`);
    const { id } = createWebhookEndpoint.endpoint;
    await runOn(
      brim.databaseUrl,
      `INSERT INTO webhook_delivery (id, endpoint_id, queue, event_id, type, payload, status, created_at)
       SELECT 'whd_' || n, '${id}', n, n, 'purchase.changed', '{}', (CASE n % 3 WHEN 0 THEN 'FAILED' WHEN 1 THEN 'SUCCEEDED' ELSE 'RETRYING' END)::"WebhookDeliveryStatus", now()
       FROM generate_series(1, 9) AS n`,
    );
    const ask = async (args: string) => {
      const { webhookEndpoint } = await brim.data(
        `{ webhookEndpoint(id: "${id}") { deliveries(${args}) { nodes { id } pageInfo { endCursor } } } }`,
      );
      const { nodes, pageInfo } = webhookEndpoint.deliveries;
      return { numbers: nodes.map((node: Node) => Number(node.id.slice(4))), cursor: pageInfo.endCursor };
    };
    expect((await ask('statuses: [FAILED, RETRYING, FAILED]')).numbers).toEqual([9, 8, 6, 5, 3, 2]);
    const { cursor } = await ask('first: 2 statuses: [FAILED, RETRYING]');
    expect((await ask(`first: 2 statuses: [FAILED, RETRYING] after: "${cursor}"`)).numbers).toEqual([6, 5]);
    expect((await ask('statuses: []')).numbers).toEqual([]);
    expect((await ask('statuses: null')).numbers).toHaveLength(9);
    expect((await ask('status: SUCCEEDED')).numbers).toEqual([7, 4, 1]);
    const both = `{ webhookEndpoint(id: "${id}") { deliveries(statuses: [FAILED] status: FAILED) { nodes { id } } } }`;
    expect((await brim.query(both)).errors).toMatchObject([{ message: 'statuses: must be left out with status' }]);
  });
});
