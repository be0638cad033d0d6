import { describe, expect, it } from 'vitest';
import { type CustomerActor, rightsOf } from '../../src/access/actor.ts';

const ADA: CustomerActor = {
  kind: 'customer',
  customerId: 'ada',
  attachablePlanIds: ['pro'],
  expiresAt: new Date(0),
};

describe('the rights of an actor', () => {
  it('are equal where only the lives of the tokens differ', () => {
    expect(rightsOf({ ...ADA, expiresAt: new Date(1), generation: 3, tokenId: 'tok_1' })).toBe(rightsOf(ADA));
  });

  it.each([
    ['a secret key', { kind: 'app' } as const],
    ['another customer', { ...ADA, customerId: 'bob' }],
    ['other plans', { ...ADA, attachablePlanIds: ['pro', 'free'] }],
    ['a customer named as the app is', { ...ADA, customerId: 'app', attachablePlanIds: [] }],
  ])('differ for %s', (_, other) => {
    expect(rightsOf(other)).not.toBe(rightsOf(ADA));
    expect(rightsOf(other) === 'app').toBe(other.kind === 'app');
  });
});
