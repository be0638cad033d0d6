/** Users of the real better-auth who change, and who are deleted, and their customers in Brim. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientShop, expectNamed, openClientShop } from '../../support/shop/app-server.ts';
import { MESSAGES } from '../../support/shop.ts';
import { openApp, openAway, signUp } from './app.ts';

let shop: ClientShop;
beforeAll(async () => {
  shop = await openClientShop();
});
afterAll(() => shop.close());

/** The secret of a new key. */
async function makeKey(scopes: readonly string[]): Promise<string> {
  const { createSecretKey: made } = await shop.data(
    'mutation ($input: CreateSecretKeyInput!) { createSecretKey(input: $input) { ... on CreateSecretKeySuccess { secret } } }',
    { input: { name: scopes.join('-'), scopes } },
  );
  return made.secret;
}

describe('a user who changes', () => {
  it('has the new name and email in Brim', async () => {
    const client = await shop.connect();
    const { url, auth, said } = await openApp(
      { client },
      { user: { changeEmail: { enabled: true, updateEmailWithoutVerification: true } } },
    );
    const { id, client: browser } = await signUp(url, 'Old');
    await browser.updateUser({ name: 'New' });
    expect(await client.customer(id)).toMatchObject({ name: 'New', email: 'old@app.example' });
    await browser.changeEmail({ newEmail: 'new@app.example' });
    expect(await client.customer(id)).toMatchObject({ name: 'New', email: 'new@app.example' });
    await (await auth.$context).internalAdapter.updateUser('nobody', { name: 'Nobody' });
    expect(said).toEqual([]);
  });

  it('is changed although Brim is away, and Brim hears nothing of what it does not have', async () => {
    const { client, inputs, comeBack, goAway } = await openAway(shop);
    comeBack();
    const { url, said } = await openApp({ client });
    const { id, client: browser } = await signUp(url, 'Same');
    await browser.updateUser({ image: 'https://app.example/same.png' });
    expect(inputs.filter(Boolean)).toHaveLength(1);
    goAway();
    expect((await browser.updateUser({ name: 'Other' })).data).toMatchObject({ status: true });
    expect(said.join()).toContain(`warn: Brim has the old name and email (user ${id}): Brim cannot be reached`);
    comeBack();
    await browser.updateUser({ name: 'Another' });
    expect(await (await shop.connect()).customer(id)).toMatchObject({ name: 'Another' });
  });
});

describe('a user who is deleted', () => {
  const mayDelete = { user: { deleteUser: { enabled: true } } };

  it('leaves the customer with its balance, and no token that opens it', async () => {
    const client = await shop.connect();
    const { url } = await openApp({ client }, mayDelete);
    const { id, client: browser } = await signUp(url, 'Gone');
    const token = await browser.brim.getToken();
    expect((await browser.deleteUser()).error).toBeNull();
    expect(await client.customer(id)).toMatchObject({ name: 'Gone', balances: [{ remaining: '10' }] });
    expect(await shop.query('{ viewer { id } }', {}, token)).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  it('is erased in Brim, where the app says so', async () => {
    const client = await shop.connect();
    const asked: string[] = [];
    const itsOwn = {
      user: { deleteUser: { enabled: true, beforeDelete: async ({ id }: { id: string }) => void asked.push(id) } },
    };
    for (const options of [mayDelete, itsOwn]) {
      const { url, said } = await openApp({ client, onUserDelete: 'erase' }, options);
      const { id, client: browser } = await signUp(url, 'Forget');
      expect((await browser.deleteUser()).error).toBeNull();
      expect(await client.customer(id)).toBeNull();
      expect(said).toEqual([]);
    }
    expect(asked).toHaveLength(1);
  });

  it('stays while Brim is away, or something is open there, and can be deleted after that', async () => {
    const { client, comeBack } = await openAway(shop);
    const { url } = await openApp({ client, onUserDelete: 'erase' }, mayDelete);
    const { id, client: browser } = await signUp(url, 'Debtor');
    expect((await browser.deleteUser()).error).toMatchObject({ status: 503, code: 'BRIM_UNAVAILABLE' });
    comeBack();
    await browser.brim.token();
    const placed = await client.placeHold({ customerId: id, featureId: MESSAGES, amount: 1 });
    const { hold } = expectNamed(placed, 'PlaceHoldSuccess');
    expect((await browser.deleteUser()).error).toMatchObject({ status: 409, code: 'CUSTOMER_NOT_ERASABLE' });
    expect((await browser.getSession()).data?.user.id).toBe(id);
    await client.releaseHold({ holdId: hold.id });
    expect((await browser.deleteUser()).error).toBeNull();
    expect(await client.customer(id)).toBeNull();
  });

  it('is erased with a key of scope ADMIN beside CUSTOMERS, which is enough for all else', async () => {
    for (const scopes of [['CUSTOMERS'], ['CUSTOMERS', 'ADMIN']]) {
      const client = await shop.connect({ secretKey: await makeKey(scopes) });
      const onUserDelete = scopes.includes('ADMIN') ? 'erase' : 'keep';
      const { url, said } = await openApp({ client, onUserDelete }, mayDelete);
      const { client: browser } = await signUp(url, 'Scoped');
      await browser.updateUser({ name: 'Narrow' });
      expect((await browser.brim.token()).error).toBeNull();
      expect((await browser.deleteUser()).error).toBeNull();
      expect(said).toEqual([]);
    }
  });

  it('is erased after an administrator has removed the user, or the log says that it is not', async () => {
    const client = await shop.connect();
    const { url, auth, said } = await openApp({ client, onUserDelete: 'erase' });
    const [gone, open, boss] = await Promise.all(['Gone', 'Open', 'Boss'].map((name) => signUp(url, name)));
    await client.placeHold({ customerId: open?.id ?? '', featureId: MESSAGES, amount: 1 });
    const headers = { cookie: [...(boss?.cookies ?? [])].map((pair) => pair.join('=')).join('; ') };
    for (const user of [gone, open]) await auth.api.removeUser({ body: { userId: user?.id ?? '' }, headers });
    expect(await client.customer(gone?.id ?? '')).toBeNull();
    expect(said.join()).toContain(`error: The customer is NOT erased (user ${open?.id}): A purchase`);
  });
});
