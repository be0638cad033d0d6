import { z } from 'zod';
import { customerCursor } from '../customers/order.ts';
import { readAfterCommit } from '../values/after-commit.ts';
import { CustomerNotFoundError } from '../values/errors.ts';
import { readInput } from '../values/input.ts';
import { toCustomer } from './mappers/customer.ts';
import { accepting, facts, NOT_SUPPORTED, optionalText, text, whole } from './wire/fields.ts';
import type { AutumnDeps, Verbs } from './wire/verb.ts';

/** Answers always have the features of balances and flags, so expanding those changes nothing. */
const PLANS = ['subscriptions.plan', 'purchases.plan'];
const EXPANDED = [...PLANS, 'balances.feature', 'flags.feature'];

const expand = z
  .array(z.string().refine((word) => EXPANDED.includes(word), NOT_SUPPORTED))
  .nullish()
  .transform((paths) => paths?.some((path) => PLANS.includes(path)) ?? false);

const customerFields = { customer_id: text, name: z.string().nullish(), email: z.string().nullish(), metadata: facts };
const createInput = accepting({ ...customerFields, expand });
const getInput = accepting({ customer_id: text, expand });
const updateInput = accepting(customerFields);
const listInput = accepting({
  start_cursor: optionalText,
  limit: whole.nullish(),
  search: optionalText,
  sort_order: z.literal('desc', NOT_SUPPORTED).nullish(),
});

const names = { id: 'customer_id' };

/** The verbs that create, read, change and list customers. */
export function customerVerbs(deps: AutumnDeps): Verbs {
  const { customers } = deps;
  return {
    'customers.get_or_create': {
      scopes: ['CUSTOMERS'],
      names,
      repeats: 'harmless',
      audit: 'after',
      async run({ body, unchanged }) {
        const { customer_id: id, name, email, metadata, expand: withPlans } = readInput(createInput, body);
        const { customer, created, changed } = await customers.create({ id, name, email, metadata });
        if (!changed) unchanged();
        const show = () => toCustomer(deps, customer, withPlans);
        return created ? readAfterCommit({}, show) : show();
      },
    },
    'customers.get': {
      scopes: ['READ', 'CUSTOMERS'],
      names,
      repeats: 'harmless',
      async run({ body }) {
        const { customer_id: id, expand: withPlans } = readInput(getInput, body);
        const customer = await customers.find(id);
        if (!customer) throw new CustomerNotFoundError(id);
        return toCustomer(deps, customer, withPlans);
      },
    },
    'customers.update': {
      scopes: ['CUSTOMERS'],
      names,
      repeats: 'harmless',
      audit: 'before',
      async run({ body }) {
        const { customer_id: id, name, email, metadata } = readInput(updateInput, body);
        const customer = await customers.update({ id, name, email, metadata });
        return readAfterCommit({}, () => toCustomer(deps, customer, false));
      },
    },
    'customers.list': {
      scopes: ['READ', 'CUSTOMERS'],
      names,
      repeats: 'harmless',
      async run({ body }) {
        const { start_cursor, limit, search } = readInput(listInput, body);
        const page = await customers.list({ first: limit, after: start_cursor || null, search });
        const last = page.nodes.at(-1);
        return {
          list: await Promise.all(page.nodes.map((customer) => toCustomer(deps, customer, false))),
          next_cursor: page.hasNextPage && last ? customerCursor(last) : null,
        };
      },
    },
  };
}
