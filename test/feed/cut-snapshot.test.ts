import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim, take } from '../support/brim.ts';
import { CHANGES, createCustomer, grant, MESSAGES, openShop, seedAnd, track } from '../support/shop.ts';
import { type Open, overSocket, TRANSPORTS } from './transports.ts';

let brim: TestBrim;

beforeAll(async () => {
  brim = await openShop({ catalogue: seedAnd({ features: ['images', 'seats', 'words'] }) });
});
afterAll(() => brim.close());

/**
 * A client that does what docs/getting-started.md says, and no more: it keeps the newest message's
 * `sequence` and passes it as `after`.
 */
function openSimpleClient(open: Open, variables: Record<string, unknown>, keep = (_known: number, last: number) => last) {
  const shown: Record<string, string> = {};
  const said: string[] = [];
  let after: number | undefined;
  return {
    shown,
    said,
    /** Comes (again), takes in so many messages, and loses its connection. */
    async listen(count: number) {
      const messages = open(brim, CHANGES, { variables: { ...variables, after } });
      for (const { balanceChanged } of await take(messages, count)) {
        const { cause, sequence, balance } = balanceChanged;
        shown[balance.feature.id] = balance.remaining;
        said.push(`${cause} ${sequence} ${balance.feature.id} ${balance.remaining}`);
        after = keep(after ?? 0, sequence);
      }
      await messages.return();
    },
  };
}

/** Three balances, and a sequence of 3. */
async function createOwner(customerId: string): Promise<void> {
  await createCustomer(brim, customerId);
  for (const featureId of ['images', 'words']) await grant(brim, { customerId, featureId, amount: '3' });
}

describe.each(TRANSPORTS)('a client whose connection over %s breaks during a snapshot', (transport, open) => {
  it.each([1, 2])('after %i of 3 messages gets the whole snapshot when it reconnects', async (messages) => {
    const customerId = `cut-${messages}-${transport}`;
    await createOwner(customerId);
    const client = openSimpleClient(open, { customerId });
    await client.listen(messages);
    await track(brim, { customerId });
    await client.listen(3);
    expect(client.shown).toEqual({ images: '3', [MESSAGES]: '9', words: '3' });
    expect(client.said.at(-1)).toBe('SNAPSHOT 4 words 3');
    await track(brim, { customerId, featureId: 'words' });
    await client.listen(1);
    expect(client.said.at(-1)).toBe('LEDGER 5 words 2');
  });

  it('continues without another snapshot if it had the last message', async () => {
    const customerId = `whole-${transport}`;
    await createOwner(customerId);
    const client = openSimpleClient(open, { customerId });
    await client.listen(3);
    await track(brim, { customerId });
    await client.listen(1);
    expect(client.said.at(-1)).toBe(`LEDGER 4 ${MESSAGES} 9`);
  });

  it('gets the same with chosen features', async () => {
    const customerId = `chosen-${transport}`;
    await createOwner(customerId);
    const client = openSimpleClient(open, { customerId, featureIds: ['seats', 'words', 'images'] });
    await client.listen(2);
    await grant(brim, { customerId, featureId: 'seats', amount: '7' });
    await client.listen(3);
    expect(client.shown).toEqual({ seats: '7', words: '3', images: '3' });
    await track(brim, { customerId, featureId: 'images' });
    await client.listen(1);
    expect(client.said.at(-1)).toBe('LEDGER 5 images 2');
  });

  it('misses nothing if it keeps the greatest sequence that it ever saw', async () => {
    const customerId = `greatest-${transport}`;
    await createOwner(customerId);
    const greatest = openSimpleClient(open, { customerId }, Math.max);
    await greatest.listen(3);
    await track(brim, { customerId, featureId: 'images' });
    await greatest.listen(3);
    expect(greatest.shown).toEqual({ images: '2', [MESSAGES]: '10', words: '3' });
  });

  it('may resume from any of its sequences after more than 1,000 new entries', async () => {
    const customerId = `behind-${transport}`;
    await createOwner(customerId);
    await Promise.all(
      Array.from({ length: 1_001 }, (_, index) =>
        brim.app.domain.ledger.post({ customerId, postings: [usePosting(index % 2 === 0 ? 'images' : 'words')] }),
      ),
    );
    const client = openSimpleClient(open, { customerId });
    await client.listen(3);
    const late = openSimpleClient(open, { customerId, after: 1 });
    await late.listen(2);
    await late.listen(3);
    expect(late.shown).toEqual(client.shown);
    expect(late.said.at(-1)).toBe(client.said.at(-1));
  });
});

function usePosting(featureId: string) {
  return {
    verb: 'track',
    featureId,
    amount: 1n,
    onShortfall: 'REJECT',
    credits: [],
    properties: null,
    occurredAt: null,
  } as const;
}

describe('a customer without balances', () => {
  it('has an empty snapshot, or one of zeros that is sent again', async () => {
    const shop = await openBrim();
    try {
      await shop.data('mutation { createFeature(input: { id: "words", name: "Words", type: METERED }) { __typename } }');
      await createCustomer(shop, 'new');
      for (const [, open] of TRANSPORTS) {
        const zeros = open(shop, CHANGES, { variables: { customerId: 'new', featureIds: ['words'] } });
        const again = open(shop, CHANGES, { variables: { customerId: 'new', featureIds: ['words'], after: 9007199254740991 } });
        expect(await take(zeros, 1)).toEqual(await take(again, 1));
        await Promise.all([zeros.return(), again.return()]);
      }
      const messages = overSocket(shop, CHANGES, { variables: { customerId: 'new', after: 9007199254740991 } });
      const reading = take(messages, 1);
      await grant(shop, { customerId: 'new', featureId: 'words', amount: '5' });
      expect((await reading)[0].balanceChanged).toMatchObject({ sequence: 1, balance: { remaining: '5' } });
      await messages.return();
    } finally {
      await shop.close();
    }
  });
});
