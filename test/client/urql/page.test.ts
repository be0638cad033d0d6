import { BalanceChangedDocument, ViewerBalancesDocument, type ViewerBalancesQuery } from '@brim/client/urql';
import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Provider } from 'urql';
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

it('the code of docs/live-balances-urql.md is that of the files beside this test', () => {
  const files = ['client', 'remaining', 'buy'].map((name) => textOf(`test/client/urql/${name}.ts`));
  expect(codeOf('docs/live-balances-urql.md')).toEqual(files);
});

it('and does what the page says', async () => {
  const { client } = await import('./client.ts');
  const { Remaining, LiveBalances } = await import('./remaining.ts');
  const { buy } = await import('./buy.ts');
  const widget = watched<ViewerBalancesQuery>((next) => {
    const queries = client.query(ViewerBalancesDocument, {}).subscribe(({ data }) => data && next(data));
    const pushes = client.subscription(BalanceChangedDocument, {}).subscribe(() => {});
    return () => {
      queries.unsubscribe();
      pushes.unsubscribe();
    };
  });
  const remains = (amount: string) =>
    widget.until(({ viewer }) => viewer?.balances.some(({ remaining }) => remaining === amount) ?? false);
  const page = () => {
    const widget = () => createElement(Remaining, { featureId: 'premium_messages' });
    const children: ReactNode[] = [createElement(LiveBalances), widget(), ' and ', widget()];
    return renderToStaticMarkup(createElement(Provider, { value: client, children: createElement('p', null, ...children) }));
  };
  await remains('10');
  expect(page()).toBe('<p>10 and 10</p>');
  await track(brim, { customerId: 'jo', featureId: 'premium_messages', value: 5 });
  await remains('5');
  await answerPage(await buy(200));
  await remains('205');
  expect(page()).toBe('<p>205 and 205</p>');
});
