import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { answerPage, attach, balanceOf, openShop, untilStatus, wanting } from '../support/shop.ts';

/** All but the last are no addresses to the payment provider. Apps have some of them. */
const ADDRESSES = ['jo@localhost', 'jo@intranet', 'root@build-7', 'jo@example.com'];

describe('an e-mail address', () => {
  let brim: TestBrim;
  beforeAll(async () => {
    brim = await openShop();
  });
  afterAll(() => brim.close());

  const write = async (verb: 'createCustomer' | 'updateCustomer', id: string, email: string) => {
    const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
    const answer = await brim.data(
      `mutation ($input: ${type}!) { ${verb}(input: $input) { __typename ... on InvalidInputError { issues { path } } } }`,
      { input: { id, email } },
    );
    return answer[verb];
  };

  async function buy(customerId: string): Promise<void> {
    const answer = await attach(brim, { customerId, planId: 'top_up', featureQuantities: wanting('100') });
    expect(answer).toMatchObject({ __typename: 'AttachPlanSuccess', purchase: { status: 'PENDING' } });
    await answerPage(answer.checkoutUrl);
    await untilStatus(brim, answer.purchase.id, 'ACTIVE');
  }

  test.each(ADDRESSES)(
    'that the provider refuses (%s) keeps nobody from buying, neither at first nor after a change',
    async (email) => {
      const id = `customer_${ADDRESSES.indexOf(email)}`;
      expect(await write('createCustomer', id, email)).toEqual({ __typename: 'CreateCustomerSuccess' });
      await buy(id);
      expect(await write('updateCustomer', id, `x${email}`)).toEqual({ __typename: 'UpdateCustomerSuccess' });
      await buy(id);
      expect(await balanceOf(brim, id)).toMatchObject({ remaining: '210' });
      const { customer } = await brim.data('query ($id: ID!) { customer(id: $id) { email } }', { id });
      expect(customer).toEqual({ email: `x${email}` });
    },
  );

  test.each(['jo', 'jo@', '@example.com', 'jo doe@example.com', 'a@b@example.com', ''])(
    'that is none, "%s", is refused at its place',
    async (email) => {
      const refused = await write('createCustomer', 'nobody', email);
      expect(refused).toMatchObject({ __typename: 'InvalidInputError' });
      for (const issue of refused.issues) expect(issue.path).toEqual(['email']);
    },
  );
});
