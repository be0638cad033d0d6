/**
 * DocumentCache that come: those that were parsed before are known by their text, and a new one that is large waits for a turn of the event
 * loop in which no other is parsed.
 *
 * What is known is bounded by its tokens; those used longest ago are let go of first. A number of documents alone would bound nothing:
 * one of 2,000 tokens takes a megabyte, and anybody may send a thousand that differ in a comment.
 */
import type { DocumentNode } from 'graphql';
import { openTimeSlices } from '../limits/time-slices.ts';

export interface DocumentCache {
  get(text: string): DocumentNode | undefined;
  set(text: string, document: DocumentNode): void;
  /**
   * Undefined where it may be parsed now, else what resolves when it may.
   * @param customerId whose it is: then what is known takes its turn, too, a few of each customer in each.
   */
  turnFor(text: string, customerId?: string): Promise<void> | undefined;
}

/** A token takes 500 bytes with all that it belongs to. */
const CHARACTERS_PER_TOKEN = 250;
/** Parsing and validating 1,000 characters takes some milliseconds, and up to a hundred for the worst of them. */
const CHARACTERS_PER_WEIGHT = 10;
/** Twenty operations of customers in a turn, each a fraction of a millisecond before it runs. */
const KNOWN_WEIGHT = 10;

/** @param maxTokens of all documents together; 250 characters of a text count as one. */
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
