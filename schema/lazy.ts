/** An object of which only the id is known. The rest is read when a field of it is selected. */
export class Lazy<Whole extends { readonly id: string }> {
  readonly id: string;
  readonly #read: () => Promise<Whole | null>;
  #whole: Promise<Whole> | undefined;

  /** @param read Called at most once. The object must exist: null is an unexpected error. */
  constructor(id: string, read: () => Promise<Whole | null>) {
    this.id = id;
    this.#read = read;
  }

  load(): Promise<Whole> {
    this.#whole ??= this.#read().then((found) => {
      if (!found) throw new Error(`${this.id} is referred to and does not exist`);
      return found;
    });
    return this.#whole;
  }
}

export type MaybeLazy<Whole extends { readonly id: string }> = Whole | Lazy<Whole>;

/** The whole object. @throws the error of its read. */
export function loaded<Whole extends { readonly id: string }>(
  given: MaybeLazy<Whole>,
): Whole | Promise<Whole> {
  return given instanceof Lazy ? given.load() : given;
}
