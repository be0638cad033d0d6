/**
 * The secret key, kept by this tab and for as long as the tab lives: in sessionStorage alone. It is
 * never in a URL.
 */
const STORAGE_KEY = 'brim console key';
/** Kept instead of a key after a sign-out, so that a development key does not sign in again. */
const SIGNED_OUT = '';

/** The key of this tab, or the one that a development start wrote into the page. */
export function readKey(): string | undefined {
  const kept = sessionStorage.getItem(STORAGE_KEY);
  if (kept !== null) return kept === SIGNED_OUT ? undefined : kept;
  return document.querySelector<HTMLMetaElement>('meta[name="brim-development-key"]')?.content;
}

export function keepKey(key: string): void {
  sessionStorage.setItem(STORAGE_KEY, key);
}

export function forgetKey(): void {
  sessionStorage.setItem(STORAGE_KEY, SIGNED_OUT);
}
