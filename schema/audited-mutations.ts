import type { GraphQLSchema } from 'graphql';
import { endOf, endOfRefusal } from '../src/audit/outcome.ts';
import type { Context } from './context.ts';
import { isRefusal } from './refusal.ts';

/**
 * How the mutations are recorded in the audit log. What is not listed is recorded before it begins,
 * so a mutation that is added later is recorded as well.
 */

/** The entry in the ledger says who used what, so that a use stays one statement. */
export const RECORDED_BY_LEDGER: readonly string[] = [
  'track',
  'trackBatch',
  'placeHold',
  'settleHold',
  'releaseHold',
];

/** It changes nothing that is kept. What is done with the token names the token. */
export const CHANGES_NOTHING: readonly string[] = ['createCustomerToken'];

/** Apps call it to make sure that a customer exists, and it nearly always changes nothing. */
export const RECORDED_AFTER: readonly string[] = ['createCustomer'];

/** What a customer token may do. It is refused everything else, so there is nothing to record. */
export const BY_CUSTOMERS: readonly string[] = [
  'attachPlan',
  'cancelPurchase',
  'createPortalSession',
  'createSetupSession',
  'setAutoTopUp',
];

/** Records each mutation that changes something. It wraps the resolvers of the schema. */
export function auditMutations(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { name, resolve } = field;
    if (!resolve) throw new Error(`the mutation ${name} has no resolver`);
    if (RECORDED_BY_LEDGER.includes(name) || CHANGES_NOTHING.includes(name)) continue;
    field.resolve = (source, args, context: Context, info) => {
      const { actor, audit, requestId } = context;
      const work = () => resolve(source, args, context, info);
      if (actor.kind === 'customer' && !BY_CUSTOMERS.includes(name)) return work();
      const input: Readonly<Record<string, unknown>> = args['input'] ?? {};
      const customerId = customerIdOf(name, input, context);
      const call = { actor, operation: name, customerId, reason: input['reason'], requestId };
      return RECORDED_AFTER.includes(name)
        ? audit.recordAfter(call, work, endOfPayload)
        : audit.record(call, work, endOfPayload);
    };
  }
  return schema;
}

const endOfPayload = (value: unknown) => (isRefusal(value) ? endOfRefusal(value) : endOf(value));

function customerIdOf(
  name: string,
  input: Readonly<Record<string, unknown>>,
  { actor }: Context,
): unknown {
  if (actor.kind === 'customer') return actor.customerId;
  return input['customerId'] ?? (name === 'updateCustomer' ? input['id'] : null);
}
