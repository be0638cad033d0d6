/** Usage limits as an app's server sends them, each payload as it comes. */
import type { TestBrim } from '../brim.ts';
import { MESSAGES } from './catalogue.ts';
import { send } from './selections.ts';

type Door = Pick<TestBrim, 'data'>;
type Input = Record<string, unknown>;

const USAGE_LIMIT = '{ id feature { id } per { unit count } timeZone max used held remaining resetsAt purchase { plan { id } } }';
const REFUSED = '... on Error { message } ... on InvalidInputError { issues { path message } }';

/** A limit of messages a day, unless the input says otherwise. */
export function setUsageLimit(brim: Door, input: Input) {
  const whole = { featureId: MESSAGES, per: { unit: 'DAY' }, ...input };
  return send(brim, 'setUsageLimit', whole, `... on SetUsageLimitSuccess { usageLimit ${USAGE_LIMIT} } ${REFUSED}`);
}

export function removeUsageLimit(brim: Door, id: string) {
  return send(brim, 'removeUsageLimit', { id }, `... on RemoveUsageLimitSuccess { usageLimit ${USAGE_LIMIT} } ${REFUSED}`);
}

export async function usageLimitsOf({ data }: Door, customerId: string, credential?: string) {
  const { customer } = await data(
    `query ($id: ID!) { customer(id: $id) { usageLimits ${USAGE_LIMIT} } }`,
    { id: customerId },
    credential,
  );
  return customer.usageLimits;
}
