import { loaded, type MaybeLazy } from './lazy.ts';

/** Resolves one field of an object, and reads the object first if only its id is known. */
export function fieldOf<Whole extends { readonly id: string }, Name extends keyof Whole>(
  name: Name,
): (given: MaybeLazy<Whole>) => Whole[Name] | Promise<Whole[Name]> {
  return (given) => {
    const whole = loaded(given);
    return whole instanceof Promise ? whole.then((read) => read[name]) : whole[name];
  };
}
