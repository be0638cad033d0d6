/**
 * A shop that has everything that a call may name, and the promises that hold after every call.
 */
import { expect } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { expectPromisesKept } from '../properties/promises.ts';
import { readTables } from '../properties/tables.ts';
import type { TestBrim } from '../support/brim.ts';
import {
  answerPage,
  attach,
  createCustomer,
  creditSystem,
  grant,
  MESSAGES,
  openShop,
  prepaid,
  seedAnd,
  track,
  wanting,
} from '../support/shop.ts';

/** By what `idOf` calls them. */
export type Ids = Readonly<Record<string, string>>;

export interface FuzzShop {
  readonly brim: TestBrim;
  readonly ids: Ids;
}

const CATALOGUE = seedAnd({
  features: ['seats', creditSystem('credits', { seats: '0.3' })],
  plans: [
    { id: 'bulk', addOn: true, items: [{ featureId: MESSAGES, price: prepaid('50', '1000') }] },
    {
      id: 'monthly',
      addOn: true,
      items: [
        { featureId: 'seats', included: '5', reset: { unit: 'MONTH' } },
        { featureId: 'credits', included: '9' },
      ],
    },
  ],
});

export async function openFuzzShop(): Promise<FuzzShop> {
  const brim = await openShop({ catalogue: CATALOGUE });
  for (const id of ['ada', 'bob']) {
    await createCustomer(brim, id);
    await attach(brim, { customerId: id, planId: 'monthly' });
  }
  const { grant: given } = await grant(brim, { customerId: 'ada', amount: '1000' });
  const { entry } = await track(brim, { customerId: 'ada', value: '3' });
  const { place } = await brim.data(
    `mutation { place: placeHold(input: { customerId: "ada", featureId: "${MESSAGES}", amount: "2", expiresInSeconds: 86400 }) { ... on PlaceHoldSuccess { hold { id } } } }`,
  );
  const bought = await attach(brim, { customerId: 'ada', planId: 'top_up', featureQuantities: wanting('100') });
  await answerPage(bought.checkoutUrl);
  const pending = await attach(brim, { customerId: 'bob', planId: 'bulk', featureQuantities: wanting('1000') });
  return {
    brim,
    ids: { grant: given.id, entry: entry.id, hold: place.hold.id, purchase: bought.purchase.id, pending: pending.purchase.id },
  };
}

/** What was sent, with the ids in the place of their names. */
export function withIds(text: string, ids: Ids): string {
  return text.replace(/«(\w+)»/g, (_, what: string) => ids[what] ?? '');
}

/** It still answers, and what stands in its tables is what its entries say. */
export async function expectWhole({ url, databaseUrl, data }: TestBrim): Promise<void> {
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  expect(await data('{ features { id } }')).toMatchObject({ features: expect.any(Array) });
  const database = openDatabase({ url: databaseUrl });
  try {
    // Time changes nothing any more for a customer who is erased.
    const rows = await database.client.$queryRaw<{ id: string }[]>`
      SELECT customer_id AS id FROM account JOIN customer ON id = customer_id WHERE erased_at IS NULL ORDER BY 1`;
    const ids = rows.map(({ id }) => id);
    const settledAt = Date.now();
    for (const id of ids) await data('query ($id: ID!) { customer(id: $id) { sequence } }', { id });
    for (const tables of await readTables(database, ids)) expectPromisesKept(tables, settledAt, { imports: true });
  } finally {
    await database.close();
  }
}
