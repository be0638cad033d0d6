/** Which events the entries of a batch are. Pure. */
import { balanceAfter, poolOf } from '../../ledger/model/account-state.ts';
import { balanceIdOf } from '../../ledger/model/balance-id.ts';
import type { Moves } from '../../ledger/model/recorder.ts';
import { type Balance, entryIdOf, type LedgerEntry } from '../../ledger/model/types.ts';
import { formatDecimal } from '../../values/decimal.ts';
import type { WebhookEvent, WebhookEventType } from '../model/types.ts';

/** A balance that can be used no more, or again. */
export function eventsOf({ entries, before }: Pick<Moves, 'entries' | 'before'>): readonly WebhookEvent[] {
  const events: WebhookEvent[] = [];
  entries.forEach((entry, index) => {
    if (crossesNothing(entry)) return;
    const type = crossingOf(balanceBefore(entries, index, before), entry);
    if (type) events.push(toEvent(type, entry));
  });
  return events;
}

/** Tells nearly all entries apart by two numbers. A use never ends or begins an unlimited grant. */
function crossesNothing({ kind, amount, after: { remaining } }: LedgerEntry): boolean {
  const isPositive = remaining > 0n;
  return isPositive === remaining - amount > 0n && (isPositive || kind === 'USAGE');
}

function balanceBefore(entries: readonly LedgerEntry[], index: number, before: Moves['before']): Balance | undefined {
  const { customerId, featureId } = entries[index] ?? {};
  const earlier = entries.findLast(
    (each, place) => place < index && each.customerId === customerId && each.featureId === featureId,
  );
  if (earlier) return balanceAfter(earlier);
  const state = customerId === undefined ? undefined : before.get(customerId);
  return state && featureId !== undefined ? poolOf(state, featureId).balance : undefined;
}

/** What a balance is granted first makes it usable, and not usable again. */
function crossingOf(before: Balance | undefined, { after }: LedgerEntry): WebhookEventType | undefined {
  if (!before || before.version === 0n || isUsable(before) === isUsable(after)) return undefined;
  return isUsable(after) ? 'BALANCE_RECOVERED' : 'BALANCE_EXHAUSTED';
}

function isUsable({ remaining, unlimited }: Pick<Balance, 'remaining' | 'unlimited'>): boolean {
  return unlimited || remaining > 0n;
}

function toEvent(type: WebhookEventType, entry: LedgerEntry): WebhookEvent {
  const { customerId, recordedAt } = entry;
  return { type, customerId, occurredAt: recordedAt, data: { balance: balanceIn(entry), entry: entryIn(entry) } };
}

/** The balance as its entry left it, with the names of the API. */
export function balanceIn(entry: LedgerEntry): object {
  const { customerId, featureId, after, sequence } = entry;
  return {
    id: balanceIdOf(entry),
    customerId,
    featureId,
    granted: formatDecimal(after.granted),
    usage: formatDecimal(after.usage),
    remaining: formatDecimal(after.remaining),
    held: formatDecimal(after.held),
    unlimited: after.unlimited,
    nextResetAt: after.nextResetAt?.toISOString() ?? null,
    nextExpiryAt: after.nextExpiryAt?.toISOString() ?? null,
    version: Number(sequence),
  };
}

export function entryIn(entry: LedgerEntry): object {
  const { sequence, kind, amount, occurredAt } = entry;
  return {
    id: entryIdOf(entry),
    sequence: Number(sequence),
    kind,
    amount: formatDecimal(amount),
    occurredAt: occurredAt.toISOString(),
  };
}
