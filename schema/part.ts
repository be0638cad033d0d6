import { type Named, wholeOf } from '../src/values/unread.ts';

/** Resolves one part of what is at hand, or of what is read for it then. */
export function part<Whole extends { readonly id: string }, Name extends keyof Whole>(
  name: Name,
): (named: Named<Whole>) => Whole[Name] | Promise<Whole[Name]> {
  return (named) => {
    const whole = wholeOf(named);
    return whole instanceof Promise ? whole.then((read) => read[name]) : whole[name];
  };
}
