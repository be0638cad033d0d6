import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestBrim, take } from '../support/brim.ts';
import {
  CHANGES,
  createCustomer,
  createRichCustomer,
  grant,
  MESSAGES,
  openShop,
  seedAnd,
  track,
  useAtOnce,
} from '../support/shop.ts';
import { TRANSPORTS } from './transports.ts';

let brim: TestBrim;

beforeAll(async () => {
  brim = await openShop({ catalogue: seedAnd({ features: ['images', 'seats'] }) });
});
afterAll(() => brim.close());

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of the document.
const facts = ({ balanceChanged: { cause, sequence, balance, entry } }: any) => ({
  says: `${cause} ${sequence} ${balance.feature.id} ${balance.remaining} v${balance.version}`,
  entry: entry?.amount ?? null,
});

describe.each(TRANSPORTS)('a subscriber over %s', (transport, open) => {
  it('gets one snapshot message for each balance, then each change once and in order', async () => {
    const customerId = `all-${transport}`;
    await createCustomer(brim, customerId);
    await grant(brim, { customerId, featureId: 'images', amount: '3' });
    const messages = open(brim, CHANGES, { variables: { customerId } });
    expect((await take(messages, 2)).map(facts)).toEqual([
      { says: 'SNAPSHOT 9007199254740991 images 3 v2', entry: null },
      { says: `SNAPSHOT 2 ${MESSAGES} 10 v1`, entry: null },
    ]);
    await track(brim, { customerId, value: '4' });
    await track(brim, { customerId, featureId: 'images', value: '0.5' });
    await grant(brim, { customerId, amount: '100' });
    await track(brim, { customerId });
    expect((await take(messages, 4)).map(facts)).toEqual([
      { says: `LEDGER 3 ${MESSAGES} 6 v3`, entry: '-4' },
      { says: 'LEDGER 4 images 2.5 v4', entry: '-0.5' },
      { says: `LEDGER 5 ${MESSAGES} 106 v5`, entry: '100' },
      { says: `LEDGER 6 ${MESSAGES} 105 v6`, entry: '-1' },
    ]);
    await messages.return();
  });

  it('with features gets one message for each of them, zeros included, in the order given, and their changes only', async () => {
    const customerId = `some-${transport}`;
    await createCustomer(brim, customerId);
    await grant(brim, { customerId, featureId: 'images', amount: '3' });
    const messages = open(brim, CHANGES, { variables: { customerId, featureIds: ['seats', MESSAGES, 'seats'] } });
    expect((await take(messages, 2)).map(facts)).toEqual([
      { says: 'SNAPSHOT 9007199254740991 seats 0 v0', entry: null },
      { says: `SNAPSHOT 2 ${MESSAGES} 10 v1`, entry: null },
    ]);
    await track(brim, { customerId, featureId: 'images' });
    await grant(brim, { customerId, featureId: 'seats', amount: '5' });
    await track(brim, { customerId, featureId: 'images' });
    await track(brim, { customerId });
    expect((await take(messages, 2)).map(facts)).toEqual([
      { says: 'LEDGER 4 seats 5 v4', entry: '5' },
      { says: `LEDGER 6 ${MESSAGES} 9 v6`, entry: '-1' },
    ]);
    await messages.return();
  });

  it('gets each balance as its entry left it, however late it reads', async () => {
    const customerId = `late-${transport}`;
    await createRichCustomer(brim, customerId);
    const messages = open(brim, CHANGES, { variables: { customerId } });
    await take(messages, 1);
    await useAtOnce(brim, customerId, 100);
    const changes = (await take(messages, 100)).map(({ balanceChanged }) => balanceChanged);
    expect(changes.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 100 }, (_, index) => index + 3));
    for (const { cause, sequence, balance, entry } of changes) {
      expect({ cause, sequence, entry: entry.sequence, version: balance.version, remaining: balance.remaining }).toEqual({
        cause: 'LEDGER',
        sequence,
        entry: sequence,
        version: sequence,
        remaining: String(1_000_010 - (sequence - 2)),
      });
      expect(balance.remaining).toBe(entry.remainingAfter);
    }
    await messages.return();
  });
});
