import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestBrim, take } from '../support/brim.ts';
import { createCustomer, MESSAGES, openShop, track } from '../support/shop.ts';
import { TRANSPORTS } from './transports.ts';

/** A memo that outlives its moment shows 9, 9, 9 where the truth is 9, 8, 7. */
let brim: TestBrim;

const READ_NOW = `customer { sequence balance(featureId: "${MESSAGES}") { remaining version } balances { remaining } }
  grants { remaining } ledger(first: 1) { nodes { remainingAfter allocations { grant { remaining } } } }`;

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of the document.
const everyRemaining = ({ remaining, customer, grants, ledger }: any) => [
  remaining,
  customer.balance.remaining,
  customer.balances[0].remaining,
  grants[0].remaining,
  ledger.nodes[0].remainingAfter,
  ledger.nodes[0].allocations[0].grant.remaining,
];

beforeAll(async () => {
  brim = await openShop();
});
afterAll(() => brim.close());

describe.each(TRANSPORTS)('the pushes of one stream over %s', (transport, open) => {
  it('show 9, 8 and 7, in the message and in everything beneath it', async () => {
    const customerId = `stream-${transport}`;
    await createCustomer(brim, customerId);
    const messages = open(
      brim,
      `subscription ($customerId: ID) { balanceChanged(customerId: $customerId) { balance { remaining ${READ_NOW} } } }`,
      {
        variables: { customerId },
      },
    );
    await take(messages, 1);
    for (const remaining of ['9', '8', '7']) {
      await track(brim, { customerId });
      const [{ balanceChanged }] = await take(messages, 1);
      expect(everyRemaining(balanceChanged.balance)).toEqual(Array.from({ length: 6 }, () => remaining));
    }
    await messages.return();
  });
});

describe('the aliased tracks of one document', () => {
  it('show 9, 8 and 7, each in its answer and in everything beneath it', async () => {
    await createCustomer(brim, 'aliases');
    const one = `track(input: { customerId: "aliases", featureId: "${MESSAGES}" }) {
      ... on TrackSuccess { balance { remaining ${READ_NOW} } }
    }`;
    const tracked = await brim.data(`mutation { first: ${one} second: ${one} third: ${one} }`);
    expect([tracked.first, tracked.second, tracked.third].map(({ balance }) => everyRemaining(balance))).toEqual(
      ['9', '8', '7'].map((remaining) => Array.from({ length: 6 }, () => remaining)),
    );
  });
});

describe('a socket', () => {
  it('answers the same query from a new read each time', async () => {
    await createCustomer(brim, 'socket');
    const client = brim.socket();
    const query = `{ customer(id: "socket") { balances { remaining ${READ_NOW} } } }`;
    for (const remaining of ['9', '8', '7']) {
      await track(brim, { customerId: 'socket' });
      for await (const { data } of client.iterate({ query })) {
        expect(data).toMatchObject({ customer: { balances: [{ remaining, customer: { balance: { remaining } } }] } });
      }
    }
  });
});
