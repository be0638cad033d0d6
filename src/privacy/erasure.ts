/**
 * Erases customers: takes every word about them away, and leaves the numbers under a random id.
 * Owns the table erasure.
 *
 * One transaction, which holds the account's lock, renames the customer and takes the words away.
 * From then on the customer does not exist. The entries of the ledger follow in batches, and until
 * the last of them nobody can sign up with the id again. What a process leaves, another finishes.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { type Database, isLockTimeout, writing } from '../database/database.ts';
import type { Hold } from '../ledger/model/types.ts';
import type { Log } from '../platform/log.ts';
import { repeat } from '../platform/repeat.ts';
import type { Purchase } from '../purchases/model/types.ts';
import { CustomerNotFoundError, UnavailableError } from '../values/errors.ts';
import * as schema from '../values/input.ts';
import { CustomerNotErasableError } from './errors.ts';
import * as store from './tables.ts';

export { BEING_ERASED, isBeingErased } from './tables.ts';

export interface Erased {
  /** The id under which the numbers stand. */
  readonly erasedId: string;
  /** False where entries of the ledger follow in the background. */
  readonly complete: boolean;
}

export interface Erasure {
  /** @throws InvalidInputError, CustomerNotFoundError, CustomerNotErasableError. */
  erase(input: unknown): Promise<Erased>;
  close(): Promise<void>;
}

export interface ErasureDeps {
  readonly database: Database;
  readonly log: Log;
  readonly findPurchase: (id: string) => Promise<Purchase | null>;
  readonly findHold: (id: string) => Promise<Hold | null>;
  /** Called once the payment provider is to delete customers. */
  readonly onErased: () => void;
}

const eraseInput = z.object({ customerId: schema.id, reason: schema.text(500).nullish() });

/** A caller waits so long for the batches. */
const WAIT_MS = 3_000;
const LOOK_EVERY_MS = 5_000;
const LOOK_AGAIN_MS = 50;
/** Something that locks in another order may be in the way once. */
const ATTEMPTS = 2;

export function openErasure({ database, log, findPurchase, findHold, onErased }: ErasureDeps): Erasure {
  const goOn = (erasedId: string | null) => database.transaction((transaction) => store.continueErasure(transaction, erasedId));

  /** @returns true once it is done. */
  async function finish(erasedId: string): Promise<boolean> {
    const endsAtMs = performance.now() + WAIT_MS;
    while (performance.now() < endsAtMs) {
      // Another process may be at it.
      if ((await goOn(erasedId)) === null) await wait(LOOK_AGAIN_MS);
      if (await store.isDone(database, erasedId)) return true;
    }
    return false;
  }

  async function finishAll(closing: AbortSignal): Promise<void> {
    try {
      while (!closing.aborted && (await goOn(null)) !== null);
    } catch (err) {
      log.warn({ err }, 'erasure: what is left of a customer could not be erased; trying again');
    }
  }

  async function begin(names: store.Names, reason: string | null, attempts = ATTEMPTS): Promise<store.Open | null> {
    const begun = database.transaction(async (transaction) => {
      const open = await store.lockAndFindOpen(transaction, names.customerId);
      if (open && open.purchaseIds.length + open.holdIds.length === 0) await store.beginErasure(transaction, names, reason);
      return open;
    });
    return begun.catch((error: unknown) => {
      if (attempts > 1 && isLockTimeout(error)) return begin(names, reason, attempts - 1);
      throw error;
    });
  }

  const looking = repeat({ everyMs: LOOK_EVERY_MS, run: finishAll });
  return {
    async erase(input) {
      const { customerId, reason } = schema.readInput(eraseInput, input);
      const erasedId = `erased_${randomBytes(16).toString('hex')}`;
      const open = await writing(() => begin({ customerId, erasedId }, reason ?? null)).catch((error: unknown) => {
        throw isLockTimeout(error) ? new UnavailableError(BUSY, { cause: error }) : error;
      });
      if (!open) throw new CustomerNotFoundError(customerId);
      if (open.purchaseIds.length + open.holdIds.length > 0) {
        const purchases = await Promise.all(open.purchaseIds.map(findPurchase));
        const holds = await Promise.all(open.holdIds.map(findHold));
        const isFound = <Found>(each: Found | null): each is Found => each !== null;
        throw new CustomerNotErasableError(customerId, purchases.filter(isFound), holds.filter(isFound));
      }
      onErased();
      const complete = await finish(erasedId).catch((err: unknown) => {
        log.warn({ err }, 'erasure: the rest of a customer is erased later');
        return false;
      });
      return { erasedId, complete };
    },
    close: () => looking.close(),
  };
}

const BUSY = 'Something else of this customer is being written. Nothing was erased: try again in a moment.';
