import { ApolloProvider } from '@apollo/client/react';
import { BalanceChangedDocument, ViewerBalancesDocument, type ViewerBalancesQuery } from '@brim/client/apollo';
import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { TestBrim } from '../../support/brim.ts';
import { answerPage, openShop, track } from '../../support/shop.ts';
import { codeOf, leadTo, textOf } from '../caches/handbook.ts';
import { watched } from '../caches/page.ts';

let brim: TestBrim;

beforeAll(async () => {
  brim = await openShop();
  await leadTo(brim, 'jo');
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await brim.close();
});

it('the code of docs/live-balances-apollo.md is that of the files beside this test', () => {
  const files = ['client', 'remaining', 'buy'].map((name) => textOf(`test/client/apollo/${name}.ts`));
  expect(codeOf('docs/live-balances-apollo.md')).toEqual(files);
});

it('and does what the page says', async () => {
  const { client } = await import('./client.ts');
  const { Remaining, LiveBalances } = await import('./remaining.ts');
  const { buy } = await import('./buy.ts');
  const widget = watched<ViewerBalancesQuery>((next) => {
    const queries = client.watchQuery({ query: ViewerBalancesDocument }).subscribe(({ data, dataState }) => {
      if (dataState === 'complete') next(data);
    });
    const pushes = client.subscribe({ query: BalanceChangedDocument }).subscribe({});
    queries.add(pushes);
    return () => queries.unsubscribe();
  });
  const remains = (amount: string) =>
    widget.until(({ viewer }) => viewer?.balances.some(({ remaining }) => remaining === amount) ?? false);
  const page = () => {
    const widget = () => createElement(Remaining, { featureId: 'premium_messages' });
    const children: ReactNode[] = [createElement(LiveBalances), widget(), ' and ', widget()];
    return renderToStaticMarkup(createElement(ApolloProvider, { client, children: createElement('p', null, ...children) }));
  };
  await remains('10');
  expect(page()).toBe('<p>10 and 10</p>');
  await track(brim, { customerId: 'jo', featureId: 'premium_messages', value: 5 });
  await remains('5');
  await answerPage(await buy(200));
  await remains('205');
  expect(page()).toBe('<p>205 and 205</p>');
});
