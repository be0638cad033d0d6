/** A shop, and the clients that the server of an app has of it. */
import { onTestFinished } from 'vitest';
import { type Brim, type BrimOptions, openBrim as openClient } from '../../../packages/client/src/server/index.ts';
import { TEST_KEY, type TestBrim } from '../brim.ts';
import { createCustomer } from './customers.ts';
import { openShop } from './open.ts';

export interface ClientShop extends TestBrim {
  /** Closed when the test has finished. */
  connect(options?: Partial<BrimOptions>): Promise<Brim>;
  /** A new customer, with the 10 messages of the free plan. @returns its id. */
  newCustomer(): Promise<string>;
}

export async function openClientShop(): Promise<ClientShop> {
  const brim = await openShop();
  let customers = 0;
  return {
    ...brim,
    async connect(options = {}) {
      const client = await openClient({ url: brim.url, secretKey: TEST_KEY, retryDelayMs: 1, ...options });
      onTestFinished(() => client.close());
      return client;
    },
    async newCustomer() {
      customers += 1;
      const id = `customer-${customers}`;
      await createCustomer(brim, id);
      return id;
    },
  };
}

/** The answer, which must have this name. */
export function expectNamed<Answer extends { readonly __typename: string }, Name extends Answer['__typename']>(
  answer: Answer,
  name: Name,
): Extract<Answer, { readonly __typename: Name }> {
  if (answer.__typename !== name) throw new Error(`${answer.__typename} instead of ${name}: ${JSON.stringify(answer)}`);
  return answer as Extract<Answer, { readonly __typename: Name }>;
}
