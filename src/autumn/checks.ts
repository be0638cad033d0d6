import { type Checked, check } from '../balances/check.ts';
import { track } from '../balances/track.ts';
import { InsufficientBalanceError, UsageLimitReachedError } from '../ledger/model/errors.ts';
import { refuseInput } from '../values/errors.ts';
import { readInput } from '../values/input.ts';
import type { NumberText } from '../values/number-text.ts';
import { lockFields, type Reserved, reserve } from './locks.ts';
import { flagsOf, toBalances } from './mappers/balance.ts';
import { accepting, facts, flag, optionalAmount, text } from './wire/fields.ts';
import type { AutumnDeps, Call, Verbs } from './wire/verb.ts';

const input = accepting({
  customer_id: text,
  feature_id: text,
  required_balance: optionalAmount,
  send_event: flag.nullish(),
  properties: facts,
  lock: lockFields.nullish(),
});

const names = {
  required: 'required_balance',
  value: 'required_balance',
  amount: 'required_balance',
  expiresInSeconds: 'lock.expires_at',
};

/**
 * The verb that asks whether an amount may be used, and takes or reserves it in the same step if
 * the request says so.
 */
export function checkVerbs(deps: AutumnDeps): Verbs {
  return {
    'balances.check': { scopes: ['TRACK'], names, repeats: 'by-key', audit: 'ledger', run: (call) => answerCheck(deps, call) },
  };
}

async function answerCheck(given: AutumnDeps, { body, idempotencyKey, madeBy, withoutCustomerData }: Call) {
  const deps = { ...given, madeBy };
  const { customer_id: customerId, feature_id: featureId, ...rest } = readInput(input, await withoutCustomerData(body));
  const { required_balance: required, send_event, properties, lock } = rest;
  const request = { customerId, featureId, required };
  if (lock) {
    if (send_event) refuseInput(['send_event'], 'must be left out with a lock: balances.finalize takes what was used');
    if (properties != null) refuseInput(['properties'], 'must be left out with a lock: send them with balances.finalize');
    return toAnswer(customerId, await reserve(deps, { ...request, lock }));
  }
  if (send_event) return toAnswer(customerId, await take(deps, { ...request, properties, idempotencyKey }));
  const checked = await check(deps, request);
  if (checked.feature.type !== 'BOOLEAN') return toAnswer(customerId, checked);
  return { ...toAnswer(customerId, checked), flag: await findFlag(deps, customerId, checked) };
}

function toAnswer(customerId: string, { allowed, required, balances }: Reserved) {
  return { allowed, customer_id: customerId, required_balance: required, ...toBalances(balances), flag: null };
}

interface TakeRequest {
  readonly customerId: string;
  readonly featureId: string;
  readonly required: NumberText | undefined;
  readonly properties: unknown;
  readonly idempotencyKey: string | undefined;
}

/** Takes the whole amount, or nothing. */
async function take(deps: AutumnDeps, { required, ...request }: TakeRequest): Promise<Reserved> {
  try {
    const { requested, balances } = await track(deps, { ...request, value: required, onShortfall: 'REJECT' });
    return { allowed: true, required: requested, balances };
  } catch (error) {
    if (!(error instanceof InsufficientBalanceError || error instanceof UsageLimitReachedError)) throw error;
    return { allowed: false, required: error.required, balances: [error.balance] };
  }
}

async function findFlag({ catalog, purchases }: AutumnDeps, customerId: string, { allowed, feature }: Checked) {
  if (!allowed) return null;
  const plans = await Promise.all((await purchases.activePlans(customerId)).map(catalog.planVersion));
  const flags = await flagsOf(
    catalog,
    plans.filter((plan) => plan !== null),
  );
  return flags[feature.id] ?? null;
}
