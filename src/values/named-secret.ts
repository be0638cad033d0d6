/** A secret as the configuration has it: alone, or behind a name, as in `billing=brim_sk_…`. */
export interface NamedSecret {
  /** null where it has none. */
  readonly name: string | null;
  readonly secret: string;
}

/** Neither names nor secret keys contain an equals sign. */
export function readNamedSecret(text: string): NamedSecret {
  const end = text.indexOf('=');
  return end === -1 ? { name: null, secret: text } : { name: text.slice(0, end), secret: text.slice(end + 1) };
}
