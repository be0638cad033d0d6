/** What the tests of plans in life ask again and again. */
import type { TestBrim } from './brim.ts';

/** A clock that only the test moves. */
export function stoppedClock(start: string) {
  let now = new Date(start);
  return {
    clock: { now: () => now },
    goTo(instant: string) {
      now = new Date(instant);
    },
  };
}

/** A customer's purchases, the newest first, as "plan STATUS". */
export async function plansOf({ data }: Pick<TestBrim, 'data'>, customerId: string): Promise<readonly string[]> {
  const { customer } = await data(
    'query ($id: ID!) { customer(id: $id) { purchases(first: 100) { nodes { status plan { id } } } } }',
    { id: customerId },
  );
  return customer.purchases.nodes.map((node: { status: string; plan: { id: string } }) => `${node.plan.id} ${node.status}`);
}

/** The ids of a customer's ACTIVE purchases of a plan. */
export async function activeOf({ data }: Pick<TestBrim, 'data'>, customerId: string, planId: string): Promise<readonly string[]> {
  const { customer } = await data(
    'query ($id: ID!) { customer(id: $id) { purchases(first: 100, status: ACTIVE) { nodes { id plan { id } } } } }',
    { id: customerId },
  );
  return customer.purchases.nodes
    .filter((node: { plan: { id: string } }) => node.plan.id === planId)
    .map((node: { id: string }) => node.id);
}

/** A customer's ledger, the oldest first, as "KIND amount". */
export async function entriesOf({ data }: Pick<TestBrim, 'data'>, customerId: string): Promise<readonly string[]> {
  const { customer } = await data('query ($id: ID!) { customer(id: $id) { ledger(first: 100) { nodes { kind amount } } } }', {
    id: customerId,
  });
  return customer.ledger.nodes.map((node: { kind: string; amount: string }) => `${node.kind} ${node.amount}`).toReversed();
}
