/**
 * A customer's first purchase of something: the balance is new to a cache that has asked for all
 * there were.
 */

import { BalanceChangedDocument, ViewerBalancesDocument } from '@brim/client/apollo';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../../support/brim.ts';
import { createFeature, grant, openShop } from '../../support/shop.ts';
import { apollo } from './apollo.ts';
import { openGate } from './gate.ts';
import { connect, type Page } from './page.ts';
import { urql } from './urql.ts';

let brim: TestBrim;

beforeAll(async () => {
  brim = await openShop();
  await createFeature(brim, 'words');
  await createFeature(brim, 'images');
});
afterAll(() => brim.close());

type Names = { readonly viewer: { readonly balances: readonly { readonly feature: { readonly id: string } }[] } | null };
const Words: TypedDocumentNode<Names, Record<string, never>> = parse(
  'query Words { viewer { id balances(featureIds: ["words"]) { feature { id } } } }',
);

const PUSHES: TypedDocumentNode<{ balanceChanged: { cause: string } }, Record<string, never>> = parse(
  'subscription Own { balanceChanged { cause balance { remaining } } }',
);

async function listen(page: Page) {
  await page.subscribe(BalanceChangedDocument, {}).until(({ balanceChanged }) => balanceChanged.cause === 'SNAPSHOT');
}

describe.each([apollo, urql])('$name', (client) => {
  const customer = (name: string) => `${name}-${[apollo, urql].indexOf(client)}`;

  it.each([
    ['the document of the package', listen],
    [
      "a document of the app's own",
      async (page: Page) =>
        void (await page.subscribe(PUSHES, {}).until(({ balanceChanged }) => balanceChanged.cause === 'SNAPSHOT')),
    ],
  ])('shows it in the list, by %s', async (name, subscribe) => {
    const customerId = customer(name.replaceAll(/\W/g, '-'));
    const page = client.open(await connect(brim, customerId));
    const widget = page.watch(ViewerBalancesDocument, {});
    await widget.until((data) => data.viewer?.balances.length === 1);
    await subscribe(page);
    await grant(brim, { customerId, featureId: 'words', amount: '5' });
    const { viewer } = await widget.until((data) => data.viewer?.balances.length === 2);
    expect(viewer?.balances.map(({ feature, remaining }) => `${feature.id} ${remaining}`)).toEqual([
      'premium_messages 10',
      'words 5',
    ]);
    await grant(brim, { customerId, featureId: 'words', amount: '1' });
    await widget.until((data) => data.viewer?.balances[1]?.remaining === '6');
    expect(widget.latest()?.viewer?.balances).toHaveLength(2);
  });

  it('shows it in a list that was asked for before it came to be, and that comes after it', async () => {
    const customerId = customer('late-list');
    const gate = openGate();
    const page = client.open(await connect(brim, customerId, gate));
    const held = gate.hold();
    const widget = page.watch(ViewerBalancesDocument, {});
    await held.answered;
    const pushes = page.subscribe(BalanceChangedDocument, {});
    await pushes.until(({ balanceChanged }) => balanceChanged.cause === 'SNAPSHOT');
    await grant(brim, { customerId, featureId: 'words', amount: '5' });
    await pushes.until(({ balanceChanged }) => balanceChanged.balance.feature.id === 'words');
    held.release();
    const { viewer } = await widget.until(() => true);
    expect(viewer?.balances.map(({ feature, remaining }) => `${feature.id} ${remaining}`)).toEqual([
      'premium_messages 10',
      'words 5',
    ]);
  });

  it('does not show it in a list of other features', async () => {
    const customerId = customer('other-features');
    const page = client.open(await connect(brim, customerId));
    const [words, all] = [page.watch(Words, {}), page.watch(ViewerBalancesDocument, {})];
    await Promise.all([words.until(() => true), all.until(() => true), listen(page)]);
    await grant(brim, { customerId, featureId: 'images', amount: '7' });
    await all.until(({ viewer }) => viewer?.balances.length === 2);
    expect(words.latest()?.viewer?.balances).toEqual([]);
    await grant(brim, { customerId, featureId: 'words', amount: '5' });
    await words.until(({ viewer }) => viewer?.balances[0]?.feature.id === 'words');
  });
});
