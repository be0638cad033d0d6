/** Something of which the id is known, and the rest is read once somebody wants it: whoever asks for the id alone needs no read. */
export class Unread<Whole extends { readonly id: string }> {
  readonly id: string;
  readonly #read: () => Promise<Whole | null>;
  #whole: Promise<Whole> | undefined;

  /** @param read is called once at the most. What it finds must be there: null is a surprise. */
  constructor(id: string, read: () => Promise<Whole | null>) {
    this.id = id;
    this.#read = read;
  }

  whole(): Promise<Whole> {
    this.#whole ??= this.#read().then((found) => {
      if (!found) throw new Error(`${this.id} is named and is not there`);
      return found;
    });
    return this.#whole;
  }
}

/** Something that is at hand, or that can be read. */
export type Named<Whole extends { readonly id: string }> = Whole | Unread<Whole>;

/** All of it. @throws what its read throws. */
export function wholeOf<Whole extends { readonly id: string }>(named: Named<Whole>): Whole | Promise<Whole> {
  return named instanceof Unread ? named.whole() : named;
}
