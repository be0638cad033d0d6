import { maySee } from '../src/access/actor.ts';
import { CustomerNotFoundError, ForbiddenError, refuseInput } from '../src/values/errors.ts';
import type { Context } from './context.ts';

/** The three ways in which a field minds who is asking. */

type Resolve<Parent, Args, Result> = (parent: Parent, args: Args, context: Context) => Result;

/** For the app's server only. @throws ForbiddenError with a customer token. */
export function appOnly<Parent, Args, Result>(
  resolve: Resolve<Parent, Args, Result>,
): Resolve<Parent, Args, Result> {
  return (parent, args, context) => {
    if (context.actor.kind !== 'app')
      throw new ForbiddenError(
        'This needs a secret key: a customer token only reads, subscribes and attaches.',
      );
    return resolve(parent, args, context);
  };
}

/** What the app keeps to itself: the browser gets `empty` in its place. */
export function appsOwn<Value, Empty>(
  { actor }: Context,
  value: Value,
  empty: Empty,
): Value | Empty {
  return actor.kind === 'app' ? value : empty;
}

/** The customer that a request is about: the one named, or the token's own. @throws CustomerNotFoundError for another's. */
export function customerMeant({ actor }: Context, customerId: string | null | undefined): string {
  if (customerId == null)
    return actor.kind === 'customer'
      ? actor.customerId
      : refuseInput(['customerId'], 'must be given with a secret key');
  if (!maySee(actor, customerId)) throw new CustomerNotFoundError(customerId);
  return customerId;
}
