import { maySee } from '../src/access/actor.ts';
import { CustomerNotFoundError, ForbiddenError, refuseInput } from '../src/values/errors.ts';
import type { Context } from './context.ts';

/** How a field depends on who asks: the app's server or a browser. */

type Resolve<Parent, Args, Result> = (parent: Parent, args: Args, context: Context) => Result;

/** Makes a field for the app's server only. @throws ForbiddenError with a customer token. */
export function appOnly<Parent, Args, Result>(
  resolve: Resolve<Parent, Args, Result>,
): Resolve<Parent, Args, Result> {
  return (parent, args, context) => {
    if (context.actor.kind !== 'app')
      throw new ForbiddenError('This needs a secret key: a customer token may not do it.');
    return resolve(parent, args, context);
  };
}

/**
 * Makes a field for the app's server, and for browsers whose token may set auto top-ups.
 * @throws ForbiddenError with another customer token.
 */
export function whoSetsAutoTopUps<Parent, Args, Result>(
  resolve: Resolve<Parent, Args, Result>,
): Resolve<Parent, Args, Result> {
  return (parent, args, context) => {
    if (context.actor.kind === 'customer' && !context.actor.canSetAutoTopUp)
      throw new ForbiddenError(
        'This customer token may not set auto top-ups: one made with canSetAutoTopUp may.',
      );
    return resolve(parent, args, context);
  };
}

/** Shows a value to the app's server; a customer token gets `empty` in its place. */
export function hideFromCustomers<Value, Empty>(
  { actor }: Context,
  value: Value,
  empty: Empty,
): Value | Empty {
  return actor.kind === 'app' ? value : empty;
}

/**
 * The id of the customer that a request is about: the one that it names, or else the token's own.
 * @throws InvalidInputError if a secret key names none; CustomerNotFoundError if a token names
 * another.
 */
export function readCustomerId({ actor }: Context, customerId: string | null | undefined): string {
  if (customerId == null)
    return actor.kind === 'customer'
      ? actor.customerId
      : refuseInput(['customerId'], 'must be given with a secret key', 'REQUIRED');
  if (!maySee(actor, customerId)) throw new CustomerNotFoundError(customerId);
  return customerId;
}
