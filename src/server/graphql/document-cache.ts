/**
 * Caches parsed documents by their text, and spreads the parsing of large new ones over turns of
 * the event loop.
 *
 * The cache is bounded by tokens, and drops the least recently used documents first. A maximum
 * number of documents would not bound the memory: a document of 2,000 tokens takes a megabyte, and
 * a client can send a thousand that differ in a comment.
 */
import type { DocumentNode } from 'graphql';
import { openTimeSlices } from '../limits/time-slices.ts';

export interface DocumentCache {
  get(text: string): DocumentNode | undefined;
  set(text: string, document: DocumentNode): void;
  /**
   * Undefined where the document may be parsed now; otherwise a promise for the time when it may.
   * @param customerId The customer who sent it. Cached documents then wait too, so that each turn
   * takes a few of each customer.
   */
  turnFor(text: string, customerId?: string): Promise<void> | undefined;
}

/** A token with everything that belongs to it takes 500 bytes. */
const CHARACTERS_PER_TOKEN = 250;
/** Parsing and validating 1,000 characters takes some milliseconds, and up to 100 ms at worst. */
const CHARACTERS_PER_WEIGHT = 10;
/**
 * Allows twenty operations of customers in one turn; each takes a fraction of a millisecond before
 * it runs.
 */
const KNOWN_WEIGHT = 10;

/** @param maxTokens The maximum over all documents; 250 characters of a text count as one token. */
export function openDocumentCache(maxTokens: number): DocumentCache {
  /** In the order of their last use. */
  const known = new Map<string, { readonly document: DocumentNode; readonly tokens: number }>();
  const slices = openTimeSlices();
  let held = 0;

  function remove(text: string): void {
    held -= known.get(text)?.tokens ?? 0;
    known.delete(text);
  }

  return {
    get(text) {
      const entry = known.get(text);
      if (!entry) return undefined;
      known.delete(text);
      known.set(text, entry);
      return entry.document;
    },
    set(text, document) {
      remove(text);
      const tokens = (document.tokenCount ?? 0) + Math.ceil(text.length / CHARACTERS_PER_TOKEN);
      if (tokens > maxTokens) return;
      known.set(text, { document, tokens });
      held += tokens;
      for (const oldest of known.keys()) {
        if (held <= maxTokens) return;
        remove(oldest);
      }
    },
    turnFor(text, customerId) {
      if (!known.has(text)) return slices.enter(customerId ?? {}, KNOWN_WEIGHT + text.length / CHARACTERS_PER_WEIGHT);
      return customerId === undefined ? undefined : slices.enter(customerId, KNOWN_WEIGHT);
    },
  };
}
