/** A customer's ledger, at length and in words. */
import type { TestBrim } from '../brim.ts';

/** What moved a customer's balances, the oldest first. */
export async function ledgerOf({ data }: Pick<TestBrim, 'data'>, customerId: string, featureId?: string) {
  const { customer } = await data(
    `query ($customerId: ID!, $featureId: ID) { customer(id: $customerId) { ledger(first: 100, featureId: $featureId) {
      nodes { sequence kind feature { id } amount requested remainingBefore remainingAfter occurredAt purchase { id } }
    } } }`,
    { customerId, featureId },
  );
  return customer.ledger.nodes.toReversed();
}

/** What stands in a customer's ledger, the oldest first, as "KIND amount feature". */
export async function ledgerLines({ data }: Pick<TestBrim, 'data'>, customerId: string): Promise<readonly string[]> {
  const { customer } = await data(
    'query ($customerId: ID!) { customer(id: $customerId) { ledger(first: 100) { nodes { kind amount feature { id } } } } }',
    { customerId },
  );
  return customer.ledger.nodes
    .map(
      ({ kind, amount, feature }: { kind: string; amount: string; feature: { id: string } }) => `${kind} ${amount} ${feature.id}`,
    )
    .reverse();
}

/** A customer's ledger, the oldest first, as "KIND amount". */
export async function amountsOf({ data }: Pick<TestBrim, 'data'>, customerId: string): Promise<readonly string[]> {
  const { customer } = await data('query ($id: ID!) { customer(id: $id) { ledger(first: 100) { nodes { kind amount } } } }', {
    id: customerId,
  });
  return customer.ledger.nodes.map((node: { kind: string; amount: string }) => `${node.kind} ${node.amount}`).toReversed();
}
