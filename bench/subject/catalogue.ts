/** What is sold, and who has it: one metered feature, and customers with a billion of it each. */
import { Client } from 'undici';
import { type Brim, KEY } from './brim.ts';

export const FEATURE = 'messages';

export const customerName = (number: number) => `customer_${number}`;

/** A customer for a call: neighbours in time are far apart. */
export const customerAt = (index: number, customers: number) => customerName((index * 7_919) % customers);

/** How many customers one operation creates. */
const AT_ONCE = 20;
const CALLERS = 8;

export async function createCatalogue({ url }: Brim, customers: number): Promise<void> {
  const ask = (query: string) => send(url, query);
  await ask(`mutation {
    createFeature(input: { id: "${FEATURE}", name: "Messages", type: METERED }) { __typename }
    createPlan(input: { id: "free", name: "Free", autoEnable: true, items: [{ featureId: "${FEATURE}", included: 1000000000 }] }) { __typename }
  }`);
  const numbers = Array.from({ length: customers }, (_, number) => number);
  const groups = Array.from({ length: Math.ceil(customers / AT_ONCE) }, (_, at) =>
    numbers.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );
  const creating = async () => {
    for (let group = groups.pop(); group; group = groups.pop())
      await ask(
        `mutation { ${group.map((n) => `c${n}: createCustomer(input: { id: "${customerName(n)}" }) { __typename }`).join(' ')} }`,
      );
  };
  await Promise.all(Array.from({ length: CALLERS }, creating));
}

async function send(url: string, query: string): Promise<void> {
  const client = new Client(url);
  const { body } = await client.request({
    path: '/graphql',
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ query }),
  });
  const answer = await body.text();
  await client.close();
  if (answer.includes('"errors"') || /"__typename":"\w*Error"/.test(answer)) throw new Error(answer);
}
