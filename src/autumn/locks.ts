import { z } from 'zod';
import { placeHold } from '../balances/place-hold.ts';
import { releaseHold } from '../balances/release-hold.ts';
import { settleHold } from '../balances/settle-hold.ts';
import { HoldNotFoundError, HoldNotOpenError, InsufficientBalanceError, UsageLimitReachedError } from '../ledger/model/errors.ts';
import type { Balance, Hold } from '../ledger/model/types.ts';
import { type Decimal, formatDecimal, ONE } from '../values/decimal.ts';
import { AlreadyExistsError, IdempotencyConflictError, refuseInput } from '../values/errors.ts';
import { notNegative, positive, readInput } from '../values/input.ts';
import type { NumberText } from '../values/number-text.ts';
import { accepting, facts, optionalAmount, optionalInstant, text } from './wire/fields.ts';
import type { AutumnDeps, Verbs } from './wire/verb.ts';

/**
 * Locks: holds with an id that the caller chooses. The hold's id is made of the lock's id, so
 * `balances.finalize`, which sends only that, finds the hold by an index. A lock id is unique among
 * all customers.
 */

/** A hold's id may have 200 characters. Its prefix takes some of them. */
const MAX_LOCK_ID_CHARACTERS = 190;
const LOCK_ID = new RegExp(`^[^\\s\\p{Z}\\p{Cc}\\p{Cf}\\p{Cs}]{1,${MAX_LOCK_ID_CHARACTERS}}$`, 'u');

const lockId = text.regex(LOCK_ID, `must be 1 to ${MAX_LOCK_ID_CHARACTERS} visible characters, without spaces`);

export const lockFields = accepting({
  lock_id: lockId,
  enabled: z.literal(true, 'must be true'),
  expires_at: optionalInstant,
  overage_behavior: z.literal('reject', 'must be "reject": a hold reserves all that is asked, or nothing').nullish(),
});

export interface LockRequest {
  readonly customerId: string;
  readonly featureId: string;
  readonly required: NumberText | undefined;
  readonly lock: z.output<typeof lockFields>;
}

export interface Reserved {
  readonly allowed: boolean;
  readonly required: Decimal;
  readonly balances: readonly Balance[];
}

/**
 * Reserves the whole amount, or nothing. Repeating the request while the lock is open returns the
 * same answer.
 * @throws AlreadyExistsError if the id is that of another lock, or of one that has ended.
 */
export async function reserve(deps: AutumnDeps, request: LockRequest): Promise<Reserved> {
  const { customerId, featureId, required, lock } = request;
  const amount = readAmount(required, ONE);
  const earlier = await findEarlier(deps, request, amount);
  if (earlier) return earlier;
  const ids = { next: () => holdIdOf(lock.lock_id) };
  const expiresInSeconds = lock.expires_at && secondsUntil(lock.expires_at, deps);
  const idempotencyKey = `lock:${lock.lock_id}`;
  try {
    const hold = { customerId, featureId, amount: formatDecimal(amount), expiresInSeconds, idempotencyKey };
    const { balances } = await placeHold({ ...deps, ids }, hold);
    return { allowed: true, required: amount, balances };
  } catch (error) {
    if (error instanceof InsufficientBalanceError || error instanceof UsageLimitReachedError)
      return { allowed: false, required: error.required, balances: [error.balance] };
    // A concurrent request placed the same lock, with an end that differs by some seconds.
    const placed = error instanceof IdempotencyConflictError ? await findEarlier(deps, request, amount) : null;
    if (placed) return placed;
    throw error;
  }
}

function holdIdOf(id: string): string {
  return `lock_${id}`;
}

/**
 * Reads it under the domain's name of the field, from which the refusal's wire name is found.
 * @throws InvalidInputError.
 */
function readAmount(amount: NumberText | undefined, otherwise: Decimal): Decimal {
  return amount === undefined ? otherwise : readInput(z.object({ amount: positive }), { amount }).amount;
}

async function findEarlier({ ledger, clock }: AutumnDeps, { customerId, featureId, lock }: LockRequest, amount: Decimal) {
  const [hold, ...others] = await ledger.reads.holdsNamed(holdIdOf(lock.lock_id));
  if (!hold) return null;
  const isOpen = hold.status === 'OPEN' && hold.expiresAt > clock.now();
  const isOurs = hold.customerId === customerId && others.length === 0;
  if (!isOpen || !isOurs || hold.featureId !== featureId || hold.amount !== amount)
    throw new AlreadyExistsError('lock', lock.lock_id);
  const held = [...new Set([featureId, ...hold.parts.map((part) => part.featureId)])];
  const balances = await Promise.all(held.map((each) => ledger.reads.balance({ customerId, featureId: each })));
  return { allowed: true, required: hold.amount, balances };
}

function secondsUntil(instant: Date, { clock }: AutumnDeps): number {
  const seconds = Math.ceil((instant.getTime() - clock.now().getTime()) / 1_000);
  return seconds > 0 ? seconds : refuseInput(['lock', 'expires_at'], 'must be in the future');
}

const CONFIRM = 'confirm';

const finalizeInput = accepting({
  lock_id: lockId,
  action: z.enum([CONFIRM, 'release'], 'must be "confirm" or "release"'),
  override_value: optionalAmount,
  properties: facts,
});

export function lockVerbs(deps: AutumnDeps): Verbs {
  return {
    'balances.finalize': {
      scopes: ['TRACK'],
      names: { amount: 'override_value' },
      repeats: 'harmless',
      audit: 'ledger',
      async run({ body, madeBy }) {
        const { lock_id, action, override_value: override, properties } = readInput(finalizeInput, body);
        const hold = await findLocked(deps, lock_id);
        if (action === CONFIRM) {
          const amount =
            override === undefined ? hold.amount : readInput(z.object({ amount: notNegative }), { amount: override }).amount;
          const isSameEnd = ({ status, settledAmount }: Hold) => status === 'SETTLED' && settledAmount === amount;
          await endOnce(
            () => settleHold({ ...deps, madeBy }, { holdId: hold.id, amount: formatDecimal(amount), properties }),
            isSameEnd,
          );
        } else {
          if (override !== undefined) refuseInput(['override_value'], `is only for "${CONFIRM}"`);
          if (properties != null) refuseInput(['properties'], `is only for "${CONFIRM}"`);
          // A hold that has lapsed was given back already.
          const isGivenBack = ({ status }: Hold) => status === 'RELEASED' || status === 'EXPIRED';
          await endOnce(() => releaseHold({ ...deps, madeBy }, { holdId: hold.id }), isGivenBack);
        }
        return { success: true };
      },
    },
  };
}

/** @throws HoldNotFoundError. */
async function findLocked({ ledger }: AutumnDeps, id: string): Promise<Hold> {
  const [hold, ...others] = await ledger.reads.holdsNamed(holdIdOf(id));
  if (!hold) throw new HoldNotFoundError(id);
  // Two customers placed a lock with this id at the same instant, so the id does not say which of
  // them pays.
  if (others.length > 0)
    refuseInput(['lock_id'], 'is that of several customers: use settleHold, over GraphQL, with the hold of one of them');
  return hold;
}

/**
 * Ends a hold. A retry succeeds if the hold has ended in the same way before.
 * @throws HoldNotOpenError if in another.
 */
async function endOnce(end: () => Promise<unknown>, isSameEnd: (hold: Hold) => boolean): Promise<void> {
  await end().catch((error: unknown) => {
    if (error instanceof HoldNotOpenError && isSameEnd(error.hold)) return;
    throw error;
  });
}
