import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientShop, expectNamed, openClientShop } from '../../support/shop/app-server.ts';
import { MESSAGES } from '../../support/shop.ts';

describe('customers of the server client', () => {
  let shop: ClientShop;

  beforeAll(async () => {
    shop = await openClientShop();
  });
  afterAll(() => shop.close());

  it('are made, changed and read', async () => {
    const client = await shop.connect();
    await client.createCustomer({ id: 'ada', name: 'Ada', metadata: { team: 'a' } });
    expect(await client.customer('ada')).toMatchObject({ name: 'Ada', email: null, metadata: { team: 'a' }, sequence: 1 });
    const changed = await client.updateCustomer({ id: 'ada', email: 'ada@app.example', metadata: { team: 'b' } });
    const { customer } = expectNamed(changed, 'UpdateCustomerSuccess');
    expect(customer).toMatchObject({ name: 'Ada', email: 'ada@app.example', metadata: { team: 'b' } });
    expect(customer.balances).toMatchObject([{ feature: { id: MESSAGES }, remaining: '10' }]);
    expect(await client.customer('nobody')).toBeNull();
    expect((await client.updateCustomer({ id: 'nobody', name: 'x' })).__typename).toBe('CustomerNotFoundError');
    const refused = await client.updateCustomer({ id: 'ada', metadata: { score: Number.NaN } });
    expect(expectNamed(refused, 'InvalidInputError').issues).toMatchObject([{ path: ['metadata', 'score'] }]);
  });

  it('are listed page by page, and found by a part of their name', async () => {
    const client = await shop.connect();
    for (const id of ['list-1', 'list-2', 'list-3']) await client.createCustomer({ id });
    const first = await client.customers({ search: 'list-', first: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(['list-3', 'list-2']);
    const rest = await client.customers({ search: 'list-', first: 2, after: first.next });
    expect(rest).toMatchObject({ items: [{ id: 'list-1' }], next: null });
    expect((await client.customers()).items.length).toBeGreaterThan(2);
  });

  it('are erased, and not while something is open', async () => {
    const client = await shop.connect();
    await client.createCustomer({ id: 'gone', name: 'Gone' });
    const placed = await client.placeHold({ customerId: 'gone', featureId: MESSAGES, amount: 1 });
    const { hold } = expectNamed(placed, 'PlaceHoldSuccess');
    const refused = expectNamed(await client.eraseCustomer({ customerId: 'gone' }), 'CustomerNotErasableError');
    expect(refused).toMatchObject({ purchases: [], holds: [{ id: hold.id }] });
    await client.releaseHold({ holdId: hold.id });
    expect(await client.eraseCustomer({ customerId: 'gone' })).toMatchObject({ complete: true });
    expect(await client.customer('gone')).toBeNull();
    expect((await client.eraseCustomer({ customerId: 'gone' })).__typename).toBe('CustomerNotFoundError');
  });

  it('have a snapshot for their page, without what is only the app’s', async () => {
    const client = await shop.connect();
    await client.createCustomer({ id: 'page', name: 'Jo', metadata: { note: 'secret' } });
    const snapshot = await client.snapshot('page');
    expect(snapshot).toMatchObject({ id: 'page', name: 'Jo', email: null, balances: [{ remaining: '10', version: 1 }] });
    expect(JSON.stringify(snapshot)).not.toContain('secret');
    expect(await client.snapshot('nobody')).toBeNull();
  });
});
