import { type Named, wholeOf } from '../src/values/unread.ts';

/** Resolves one field of an object, and reads the object first if only its id is known. */
export function fieldOf<Whole extends { readonly id: string }, Name extends keyof Whole>(
  name: Name,
): (named: Named<Whole>) => Whole[Name] | Promise<Whole[Name]> {
  return (named) => {
    const whole = wholeOf(named);
    return whole instanceof Promise ? whole.then((read) => read[name]) : whole[name];
  };
}
