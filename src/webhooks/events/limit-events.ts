/** Which usage limits a batch reaches. Pure. */
import type { AccountState } from '../../ledger/model/account-state.ts';
import type { Moves } from '../../ledger/model/recorder.ts';
import { limitsAt, type UsageLimit } from '../../ledger/model/usage-limit.ts';
import { formatDecimal } from '../../values/decimal.ts';
import type { WebhookEvent } from '../model/types.ts';

/** A limit that leaves nothing any more. Accounts without limits cost a look at their number. */
export function limitEventsOf({ accounts, before, at }: Moves): readonly WebhookEvent[] {
  return accounts.flatMap((account) =>
    account.limits.length === 0 ? [] : reachedIn(before.get(account.customerId), account, at).map((limit) => toEvent(limit, at)),
  );
}

function reachedIn(before: AccountState | undefined, after: AccountState, at: Date): readonly UsageLimit[] {
  const { customerId } = after;
  const earlier = limitsAt(customerId, before?.limits ?? [], at).filter(isReached);
  return limitsAt(customerId, after.limits, at).filter((limit) => isReached(limit) && !earlier.some(({ id }) => id === limit.id));
}

function isReached({ remaining }: UsageLimit): boolean {
  return remaining === 0n;
}

function toEvent({ id, customerId, featureId, per, max, used, held, remaining, resetsAt }: UsageLimit, at: Date): WebhookEvent {
  const numbers = { max, used, held, remaining };
  const written = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, formatDecimal(value)]));
  const usageLimit = { id, customerId, featureId, per, ...written, resetsAt: resetsAt.toISOString() };
  return { type: 'USAGE_LIMIT_REACHED', customerId, occurredAt: at, data: { usageLimit } };
}
