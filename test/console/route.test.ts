import { expect, it } from 'vitest';
import { customerHref, readRoute } from '../../packages/console/src/route/route.ts';

it.each(['user_123', 'a/b', '#/customers/x', '100%', '%2F', 'é\u{1f30a}'])('the address of the customer %s leads to it', (id) => {
  expect(readRoute(customerHref(id))).toEqual({ page: 'customer', id });
});

it.each([
  ['', 'customers'],
  ['#/catalogue', 'catalogue'],
  ['#/nothing', 'customers'],
  ['#/customers/', 'customers'],
])('%s leads to %s', (hash, page) => {
  expect(readRoute(hash)).toEqual({ page });
});

it('an address that somebody cut off leads to what it says', () => {
  expect(readRoute('#/customers/100%')).toEqual({ page: 'customer', id: '100%' });
});
