/** The commands that are not of the ledger alone: customers, what is sold, and who has it. */
import { MESSAGES } from '../../support/shop.ts';
import type { Command, Mark } from './command.ts';
import type { Ledgers } from './ledgers.ts';
import type { Maker } from './workload.ts';

const found =
  <Name extends keyof Ledgers>(table: Name, isIt: (row: Ledgers[Name][number]) => boolean): Mark =>
  (ledgers) =>
    ledgers[table].filter((row) => isIt(row)).length;
const nameOf = (payload: Readonly<Record<string, unknown>>, what: string) => (payload[what] as { readonly id: string }).id;

const attachFree: Maker = ({ draw, known, transport, key }) => {
  const pair = draw.take(known.gifts);
  if (!pair) return undefined;
  const { customer, plan } = pair;
  const marks = [found('purchases', (row) => row.customer === customer && row.plan === plan)];
  const repeats = { marks, isRepeatable: key !== undefined };
  if (transport === 'v1') {
    const input = { customer_id: customer, plan_id: plan };
    return { verb: 'billing.attach', selection: '', input, ...repeats, ...(key === undefined ? {} : { key }) };
  }
  const selection = draw.one([
    'purchase { id }',
    'purchase { id grants { id } }',
    'purchase { id } balances { remaining grants { id } }',
  ]);
  const input = { customerId: customer, planId: plan, ...(key === undefined ? {} : { idempotencyKey: key }) };
  const learn: Command['learn'] = (payload) => known.purchases.push({ id: nameOf(payload, 'purchase'), isFree: true });
  return { verb: 'attachPlan', selection, input, learn, ...repeats };
};

/**
 * Recorded first, and opened then: an answer that it could not be opened leaves it recorded, and
 * the same again goes on.
 */
const attachPaid: Maker = ({ draw, known }) => {
  const pair = draw.take(known.offers);
  if (!pair) return undefined;
  const { customer, plan } = pair;
  const marks = [found('purchases', (row) => row.customer === customer && row.plan === plan)];
  const featureQuantities = [{ featureId: MESSAGES, quantity: '100' }];
  const input = { customerId: customer, planId: plan, featureQuantities };
  const learn: Command['learn'] = (payload) => {
    if (draw.chance(0.7)) known.pages.push(String(payload['checkoutUrl']));
    else known.purchases.push({ id: nameOf(payload, 'purchase'), isFree: false });
  };
  const selection = 'checkoutUrl purchase { id } balances { remaining }';
  return { verb: 'attachPlan', selection, input, marks, learn, isRepeatable: true, goesOn: true };
};

const cancelPurchase: Maker = ({ draw, known }) => {
  const purchase = draw.take(known.purchases);
  if (!purchase) return undefined;
  const { id: purchaseId, isFree } = purchase;
  // The page of an unpaid one is closed first, which ends it even where that is not recorded.
  const isOver = (status: string) => status === 'CANCELED' || (!isFree && status === 'EXPIRED');
  const marks = [found('purchases', (row) => row.id === purchaseId && isOver(row.status))];
  const selection = draw.one([
    'purchase { id status }',
    'purchase { id grants { id } }',
    'purchase { id } balances { remaining }',
  ]);
  return { verb: 'cancelPurchase', selection, input: { purchaseId, when: 'NOW' }, marks, isRepeatable: isFree, goesOn: !isFree };
};

/** Made once, with what everybody gets, once. */
const createCustomer: Maker = ({ known, transport, word }) => {
  const id = `new-${word}`;
  const marks: readonly Mark[] = [
    (ledgers) => {
      const made = ledgers.customers.filter((row) => row.id === id).length;
      const welcomed = ledgers.entries.filter((entry) => entry.customer === id && entry.kind === 'GRANT').length;
      return made === welcomed ? made : Number.NaN;
    },
  ];
  const learn = () => known.customers.push(id);
  if (transport === 'v1')
    return { verb: 'customers.get_or_create', selection: '', input: { customer_id: id }, marks, isRepeatable: true };
  return {
    verb: 'createCustomer',
    selection: 'customer { id balances { remaining } }',
    input: { id },
    marks,
    learn,
    isRepeatable: true,
  };
};

const updateCustomer: Maker = ({ draw, known, transport, word }) => {
  const id = draw.take(known.customers);
  if (id === undefined) return undefined;
  const marks = [found('customers', (row) => row.id === id && row.name === word)];
  if (transport === 'v1')
    return { verb: 'customers.update', selection: '', input: { customer_id: id, name: word }, marks, isRepeatable: true };
  return {
    verb: 'updateCustomer',
    selection: 'customer { name sequence }',
    input: { id, name: word },
    marks,
    isRepeatable: true,
  };
};

/** Made once: the second time is refused, for the id is taken. */
const createFeature: Maker = ({ known, transport, word }) => {
  const id = `feature-${word}`;
  const marks = [found('features', (row) => row.id === id)];
  if (transport === 'v1') {
    const input = { feature_id: id, name: word, type: 'metered', consumable: true };
    return { verb: 'features.create', selection: '', input, marks, isRepeatable: false };
  }
  const learn = () => known.features.push(id);
  const input = { id, name: word, type: 'METERED' };
  return { verb: 'createFeature', selection: 'feature { id archivedAt }', input, marks, learn, isRepeatable: false };
};

const archiveFeature: Maker = ({ draw, known }) => {
  const id = draw.take(known.features);
  if (id === undefined) return undefined;
  const marks = [found('features', (row) => row.id === id && row.archived)];
  return { verb: 'archiveFeature', selection: 'feature { id archivedAt }', input: { id }, marks, isRepeatable: true };
};

const createPlan: Maker = ({ known, transport, word }) => {
  const id = `plan-${word}`;
  const marks = [found('plans', (row) => row.id === id && row.version === 1)];
  if (transport === 'v1') {
    const input = { plan_id: id, name: word, add_on: true, items: [{ feature_id: MESSAGES, included: 1 }] };
    return { verb: 'plans.create', selection: '', input, marks, isRepeatable: false };
  }
  const learn = () => known.plans.push(id);
  const input = { id, name: word, addOn: true, items: [{ featureId: MESSAGES, included: '1' }] };
  return {
    verb: 'createPlan',
    selection: 'plan { id archivedAt items { feature { archivedAt } } }',
    input,
    marks,
    learn,
    isRepeatable: false,
  };
};

/** Over /v1 it changes the plan and archives it, in one step. */
const updatePlan: Maker = ({ draw, known, transport, word }) => {
  const id = draw.take(known.plans);
  if (id === undefined) return undefined;
  const isBoth = transport === 'v1';
  const marks = [found('plans', (row) => row.id === id && row.name === word && row.archived === isBoth)];
  if (isBoth) {
    const input = { plan_id: id, name: word, archived: true };
    return { verb: 'plans.update', selection: '', input, marks, isRepeatable: false };
  }
  return { verb: 'updatePlan', selection: 'plan { name archivedAt }', input: { id, name: word }, marks, isRepeatable: false };
};

const archivePlan: Maker = ({ draw, known }) => {
  const id = draw.take(known.plans);
  if (id === undefined) return undefined;
  const marks: readonly Mark[] = [(ledgers) => (ledgers.plans.some((row) => row.id === id && row.archived) ? 1 : 0)];
  return { verb: 'archivePlan', selection: 'plan { id archivedAt }', input: { id }, marks, isRepeatable: true };
};

export const NOT_OF_THE_LEDGER: readonly Maker[] = [
  ...[attachFree, attachFree, attachPaid, attachPaid, cancelPurchase, createCustomer, updateCustomer],
  ...[createFeature, archiveFeature, createPlan, updatePlan, archivePlan],
];
