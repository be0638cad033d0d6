/** What `@brim/client/apollo` and `@brim/client/urql` promise alike, against a whole Brim. */
import { BalanceChangedDocument, CheckDocument, ViewerBalancesDocument, type ViewerBalancesQuery } from '@brim/client/apollo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../../support/brim.ts';
import { MESSAGES, openShop, track } from '../../support/shop.ts';
import { apollo } from './apollo.ts';
import { type Gate, openGate } from './gate.ts';
import { connect, type Page } from './page.ts';
import { urql } from './urql.ts';

let brim: TestBrim;

beforeAll(async () => {
  brim = await openShop();
});
afterAll(() => brim.close());

const remaining = (data: ViewerBalancesQuery | undefined) => data?.viewer?.balances[0]?.remaining;

/** A widget of the balance of 10, and a subscription that has begun. */
async function openWidget(page: Page) {
  const widget = page.watch(ViewerBalancesDocument, {});
  await widget.until((data) => remaining(data) === '10');
  await page.subscribe(BalanceChangedDocument, {}).until(({ balanceChanged }) => balanceChanged.cause === 'SNAPSHOT');
  return widget;
}

/** An answer of 10 comes after the push of 7. @returns what the cache holds then. */
async function overtake(page: Page, gate: Gate, customerId: string) {
  const widget = await openWidget(page);
  const held = gate.hold();
  const late = page.ask(ViewerBalancesDocument, {});
  await held.answered;
  await track(brim, { customerId, value: 3 });
  await widget.until((data) => remaining(data) === '7');
  held.release();
  await late;
  return remaining(page.cached(ViewerBalancesDocument, {}));
}

describe.each([apollo, urql])('$name', (client) => {
  /** A customer of this client's and test's own. */
  const customer = (name: string) => `${name}-${[apollo, urql].indexOf(client)}`;

  it('shows a server-side track in every widget, pushed by one subscription', async () => {
    const customerId = customer('two-widgets');
    const page = client.open(await connect(brim, customerId));
    const other = page.watch(ViewerBalancesDocument, {});
    const widget = await openWidget(page);
    await track(brim, { customerId, value: 4 });
    await Promise.all([widget, other].map(({ until }) => until((data) => remaining(data) === '6')));
  });

  it('does not let a late older answer overwrite a newer pushed number', async () => {
    const gate = openGate();
    const page = client.open(await connect(brim, customer('late'), gate));
    expect(await overtake(page, gate, customer('late'))).toBe('7');
  });

  it('would, without the piece that keeps what is newest', async () => {
    const gate = openGate();
    const page = client.openUnguarded(await connect(brim, customer('late-unguarded'), gate));
    expect(await overtake(page, gate, customer('late-unguarded'))).toBe('10');
  });

  it('shows the newest number while one answer is late and others come', async () => {
    const customerId = customer('overlap');
    const gate = openGate();
    const page = client.open(await connect(brim, customerId, gate));
    const widget = await openWidget(page);
    const held = gate.hold();
    const late = page.ask(ViewerBalancesDocument, {});
    await held.answered;
    await track(brim, { customerId, value: 1 });
    await widget.until((data) => remaining(data) === '9');
    await page.ask(CheckDocument, { input: { featureId: MESSAGES } });
    await track(brim, { customerId, value: 1 });
    await widget.until((data) => remaining(data) === '8');
    held.release();
    await late;
    expect(remaining(page.cached(ViewerBalancesDocument, {}))).toBe('8');
  });
});
