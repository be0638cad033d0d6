import { parse } from 'graphql';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { schema } from '../../schema/index.ts';
import { costOf } from '../../src/server/limits/document-cost.ts';
import { LIMITS } from '../../src/server/limits/limits.ts';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { createRichCustomer, openShop, track, useAtOnce } from '../support/shop.ts';

/** As much as one push may hold, or almost. */
const BALANCE = 'id granted remaining held usage unlimited version nextResetAt nextExpiryAt feature { id name type }';
const WIDEST = widest();
const READERS = 20;

let brim: TestBrim;
beforeAll(async () => {
  brim = await openShop();
});
afterAll(() => brim.close());

function widest(): string {
  const balances = (count: number) => Array.from({ length: count }, (_, index) => `b${index}: balance { ${BALANCE} }`).join(' ');
  const documentOf = (count: number) =>
    `subscription { balanceChanged(customerId: "wide") { sequence ${balances(count)} entry { properties } } }`;
  let count = 1;
  while (count < 49 && cost(documentOf(count + 1)) <= LIMITS.subscriptionMaxCost) count += 1;
  return documentOf(count);
}

function cost(document: string): number {
  return costOf({ schema, document: parse(document) });
}

it('twenty subscriptions with the widest selection on one customer do not make another’s track slow', {
  timeout: patience(60_000),
}, async () => {
  expect(cost(WIDEST)).toBeGreaterThan(LIMITS.subscriptionMaxCost / 2);
  await createRichCustomer(brim, 'wide');
  await createRichCustomer(brim, 'narrow');
  const { token } = await brim.app.domain.access.customerTokens.issue({ customerId: 'wide' });
  const client = brim.socket(token);
  const refused: unknown[] = [];
  const heard = Array.from({ length: READERS }, () => 0);
  for (let reader = 0; reader < READERS; reader += 1) {
    const leave = client.subscribe<{ balanceChanged: { sequence: number } }>(
      { query: WIDEST },
      {
        next: ({ data }) => {
          heard[reader] = data?.balanceChanged.sequence ?? 0;
        },
        error: (error) => refused.push(error),
        complete: () => undefined,
      },
    );
    onTestFinished(leave);
  }
  await vi.waitFor(() => expect({ refused, first: Math.min(...heard) }).toEqual({ refused: [], first: 2 }), {
    timeout: patience(20_000),
  });

  await useAtOnce(brim, 'wide', 20);
  const waits: number[] = [];
  for (let uses = 0; uses < 20; uses += 1) {
    const startedAt = performance.now();
    expect(await track(brim, { customerId: 'narrow' })).toMatchObject({ __typename: 'TrackSuccess' });
    waits.push(performance.now() - startedAt);
  }
  // Each takes some ten milliseconds by itself, and they take turns with 400 pushes of a thousand
  // values. Five-fold slack.
  expect(Math.max(...waits)).toBeLessThan(patience(2_000));
  await vi.waitFor(() => expect(heard).toEqual(heard.map(() => 22)), { timeout: patience(30_000) });
});
