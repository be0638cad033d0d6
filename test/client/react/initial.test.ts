/** What a server renders of a customer that it has read. */
import { createElement, Suspense } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import {
  BalanceMeter,
  BrimProvider,
  type CustomerSnapshot,
  LiveError,
  useBalance,
  useCheck,
  useCustomer,
  useSuspenseBalance,
} from '../../../packages/client/src/react/index.ts';
import { loadingOf } from '../../../packages/client/src/react/stores.ts';

function snapshot(change: object = {}): CustomerSnapshot {
  const [id, feature] = ['b_1', { id: 'messages', name: 'Messages' }];
  const numbers = { granted: '10', remaining: '7', usage: '3', held: '0', unlimited: false, version: 4 };
  const balance = { id, feature, ...numbers, nextResetAt: null, nextExpiryAt: null, ...change };
  return { id: 'jo', name: 'Jo', email: null, balances: [balance] };
}

function render(initial: CustomerSnapshot | null, ...children: Parameters<typeof createElement>[2][]): string {
  const options = { url: 'http://127.0.0.1:9', tokenUrl: '/brim-token', initial };
  return renderToString(createElement(BrimProvider, options, ...children));
}

function Everything() {
  const { balance, isLoading, error } = useBalance('messages');
  const { allowed } = useCheck('messages', 0.1 + 0.2);
  const { customer } = useCustomer();
  const { remaining } = useBalance('never_had').balance ?? {};
  const said = [balance?.remaining, isLoading, error, allowed, customer?.name, customer?.balances['messages']?.usage, remaining];
  return createElement('p', {}, said.map(String).join(' '));
}

function Suspended() {
  return createElement('p', {}, useSuspenseBalance('messages').remaining);
}

describe('a page that is rendered on a server', () => {
  it('shows the numbers of its snapshot in every hook', () => {
    expect(render(snapshot(), createElement(Everything))).toBe('<p>7 false null true Jo 3 0</p>');
    const suspended = createElement(Suspense, { fallback: 'Loading' }, createElement(Suspended));
    expect(render(snapshot(), suspended)).toContain('<p>7</p>');
  });

  it('loads where there is no snapshot', () => {
    expect(render(null, createElement(Everything))).toBe('<p>undefined true null false undefined undefined undefined</p>');
  });
});

describe('a meter', () => {
  const meter = (change: object, props: object = {}) =>
    render(snapshot(change), createElement(BalanceMeter, { featureId: 'messages', ...props }));

  it.each([
    ['available', 0.7, {}],
    ['low', 0.2, { remaining: '2' }],
    ['empty', 0, { remaining: '0' }],
    ['overdrawn', 0, { remaining: '-5' }],
    ['unlimited', 1, { unlimited: true, remaining: '0', granted: '0' }],
    ['empty', 0, { remaining: '0', granted: '0' }],
    ['available', 0.5, { remaining: '0.25', granted: '0.5' }],
  ])('says that it is %s, and its ratio %d', (state, ratio, change) => {
    expect(meter(change)).toContain(`<div style="--brim-ratio:${ratio}" data-brim="balance" data-state="${state}">`);
  });

  it('is low below the share that the page says, and keeps the style that the page gives', () => {
    const html = meter({ remaining: '4' }, { lowRatio: 0.5, style: { color: 'red' }, className: 'mine' });
    expect(html).toContain('<div class="mine" style="color:red;--brim-ratio:0.4" data-brim="balance" data-state="low">');
  });

  it('says that it loads', () => {
    const html = render(null, createElement(BalanceMeter, { featureId: 'messages' }));
    expect(html).toContain('<div style="--brim-ratio:0" data-brim="balance" data-state="loading">');
  });
});

describe('loading', () => {
  it.each([
    ['nothing has come', undefined, undefined, true],
    ['Brim cannot be reached for now', undefined, new LiveError('away', 'NETWORK'), true],
    ['it was refused', undefined, new LiveError('no', 'CUSTOMER_NOT_FOUND', false), false],
    ['there is no token', undefined, new LiveError('a page to sign in', 'TOKEN'), false],
    ['it is there', 7, undefined, false],
    ['it is there, and its token ended', 7, new LiveError('a page to sign in', 'TOKEN'), false],
  ])('where %s', (_title, value, error, isLoading) => {
    expect(loadingOf(value, error)).toEqual({ isLoading, error: error ?? null });
  });
});
