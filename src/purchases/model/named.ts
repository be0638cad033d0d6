/** What an object of the provider says of whose it is. */
export interface Named {
  /** The purchase; null for an object of other software. */
  readonly purchaseId: string | null;
  /** The Brim; null where it names none. */
  readonly installationId: string | null;
}

/** True where the object is not of other software, nor of another Brim than `installationId`. */
export function isOurs<Object extends Named>(
  named: Object,
  installationId: string,
): named is Object & { readonly purchaseId: string } {
  return named.purchaseId !== null && (named.installationId ?? installationId) === installationId;
}
