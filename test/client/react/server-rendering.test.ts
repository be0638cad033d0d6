import { createElement, Suspense } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import {
  BalanceMeter,
  BrimProvider,
  TopUpButton,
  useConnection,
  useCustomer,
  usePlans,
  usePurchase,
  useSuspenseBalance,
} from '../../../packages/client/src/react/index.ts';

function Everything() {
  const { isLoading, customer, check } = useCustomer();
  const { plans } = usePlans();
  const { purchase } = usePurchase('pu_1');
  const { allowed } = check({ featureId: 'messages' });
  return createElement('p', {}, JSON.stringify({ isLoading, customer, plans, purchase, allowed, connection: useConnection() }));
}

function Suspended() {
  return createElement('p', {}, useSuspenseBalance('messages').remaining);
}

const inProvider = (getToken: () => string, ...children: Parameters<typeof createElement>[2][]) =>
  renderToString(createElement(BrimProvider, { url: 'http://127.0.0.1:9', getToken }, ...children));

it('renders on a server without asking for anything: a page that loads', () => {
  const noToken = () => {
    throw new Error('a server asked for a customer token');
  };
  const html = inProvider(
    noToken,
    createElement(Everything),
    createElement(BalanceMeter, { featureId: 'messages', label: 'Messages' }),
    createElement(TopUpButton, { planId: 'top_up', featureId: 'messages', quantity: 100 }, 'Buy'),
    createElement(Suspense, { fallback: 'Loading' }, createElement(Suspended)),
  );
  expect(html).toContain('&quot;isLoading&quot;:true');
  expect(html).toContain('&quot;connection&quot;:&quot;connecting&quot;');
  expect(html).toContain('role="meter" aria-label="Messages" aria-busy="true"');
  expect(html).toContain('<button type="button" aria-busy="false" aria-disabled="false">Buy</button>');
  expect(html).toContain('Loading');
});

it('says what is missing where there is no provider', () => {
  expect(() => renderToString(createElement(Everything))).toThrow('<BrimProvider>');
});
