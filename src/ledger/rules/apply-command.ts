import type { AccountState } from '../model/account-state.ts';
import type { Command, Posting } from '../model/posting.ts';
import type { LedgerEntry } from '../model/types.ts';
import { adjust } from './adjust.ts';
import { type Book, openBook } from './book.ts';
import { clawback } from './clawback.ts';
import { endPurchase, limitPurchase, voidGrant } from './end.ts';
import { grant } from './grant.ts';
import { hold, release } from './hold.ts';
import { opening } from './opening.ts';
import { renew } from './renew.ts';
import { reverse } from './reverse.ts';
import { endUsageLimits, removeUsageLimit, setUsageLimit } from './set-limit.ts';
import { settle } from './settle.ts';
import { track } from './track.ts';

/**
 * What each posting does to an account, as pure functions: the same state, command and instant give
 * the same entries.
 *
 * Only an overdraft is below zero, and while it is, every other finite grant is at zero.
 */

/** The account after a command, and the command's entries. */
export interface Applied {
  readonly state: AccountState;
  readonly entries: readonly LedgerEntry[];
}

/**
 * Applies all postings of a command, or none.
 * @throws InsufficientBalanceError, UsageLimitReachedError if a REJECT or a hold finds less;
 * HoldNotFoundError, HoldNotOpenError, UsageLimitNotFoundError; RefusedError if a correction is not
 * possible; AmountOverflowError if a result would not fit into 26 integer digits; GrantExpiredError
 * if a new grant would have expired.
 */
export function applyCommand(state: AccountState, command: Command, now: Date): Applied {
  const { state: after, entries } = command.postings.reduce(applyPosting, openBook(state, now, command));
  return { state: after, entries };
}

function applyPosting(book: Book, posting: Posting): Book {
  switch (posting.verb) {
    case 'grant':
      return grant(book, posting);
    case 'track':
      return track(book, posting);
    case 'hold':
      return hold(book, posting);
    case 'settle':
      return settle(book, posting);
    case 'release':
      return release(book, posting);
    case 'reverse':
      return reverse(book, posting);
    case 'adjust':
      return adjust(book, posting);
    case 'opening':
      return opening(book, posting);
    case 'void':
      return voidGrant(book, posting);
    case 'end':
      return endPurchase(book, posting);
    case 'limit':
      return limitPurchase(book, posting);
    case 'renew':
      return renew(book, posting);
    case 'setUsageLimit':
      return setUsageLimit(book, posting);
    case 'removeUsageLimit':
      return removeUsageLimit(book, posting);
    case 'endUsageLimits':
      return endUsageLimits(book, posting);
    case 'clawback':
      return clawback(book, posting);
  }
}
