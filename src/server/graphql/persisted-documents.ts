/**
 * Finds the document that a request names by a hash: Apollo's automatic persisted queries, and
 * trusted documents.
 *
 * A client that sends a document together with its SHA-256 may send the hash alone from then on.
 * What is kept is bounded by its characters, the least recently used goes first, and a client whose
 * document is gone sends it again. A hash is kept only once its document has run, and only if it is
 * the document's. Trusted documents come from the operator's files, have any id, and stay. Where
 * the operator asks for it, all others are refused.
 */
import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Actor } from '../../access/actor.ts';
import type { HttpContext } from './request-context.ts';

export interface TrustedDocuments {
  /** The text of each document by its id. */
  readonly texts: ReadonlyMap<string, string>;
  /** Whose other documents are refused. Left out: nobody's. */
  readonly only?: 'customers' | 'everybody' | undefined;
}

/** What names a document in a request: its text, its hash, or both. */
export interface DocumentParams {
  readonly query?: string | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

export interface PersistedDocuments {
  /**
   * The text of the request's document; undefined where the request has neither text nor hash.
   * @throws GraphQLError where the hash is unknown or is another document's, and where only trusted
   * documents are answered and this is none.
   */
  textOf(params: DocumentParams, actor: Actor): string | undefined;
  /** Keeps the document of a request that runs, if it came with its hash. */
  keep(params: DocumentParams): void;
}

export interface PersistedDocumentsOptions {
  readonly trusted?: TrustedDocuments | undefined;
  readonly maxCharacters: number;
}

const SHA_256 = /^[0-9a-f]{64}$/;

export function openPersistedDocuments({ trusted, maxCharacters }: PersistedDocumentsOptions): PersistedDocuments {
  const kept = openKeptTexts(maxCharacters);
  const trustedTexts = new Set(trusted?.texts.values());

  function isBound({ kind }: Actor): boolean {
    return trusted?.only === 'everybody' || (trusted?.only === 'customers' && kind === 'customer');
  }

  function checkText(query: string, id: string | undefined, actor: Actor): string {
    if (isBound(actor) && !trustedTexts.has(query)) throw notTrusted();
    // Trusted ids may be of another kind. Nothing is kept under them.
    if (id === undefined || trusted?.texts.get(id) === query || kept.has(id, query)) return query;
    if (!SHA_256.test(id) || id !== sha256(query)) throw otherDocument();
    return query;
  }

  return {
    textOf(params, actor) {
      const id = idOf(params);
      if (params.query) return checkText(params.query, id, actor);
      if (id === undefined) return undefined;
      const known = trusted?.texts.get(id);
      if (known !== undefined) return known;
      if (isBound(actor)) throw notTrusted();
      const text = kept.get(id);
      if (text === undefined) throw notFound();
      return text;
    },
    keep(params) {
      const id = idOf(params);
      if (id !== undefined && params.query && SHA_256.test(id)) kept.add(id, params.query);
    },
  };
}

/** The hash of the request; undefined where it has none. @throws GraphQLError where it is none. */
function idOf({ extensions }: DocumentParams): string | undefined {
  const persisted = extensions?.['persistedQuery'];
  if (persisted === undefined || persisted === null) return undefined;
  const { version, sha256Hash }: { version?: unknown; sha256Hash?: unknown } = Object(persisted);
  if (version !== 1 || typeof sha256Hash !== 'string' || sha256Hash === '') throw noHash();
  return sha256Hash;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Texts by their hashes, in the order of their last use. */
function openKeptTexts(maxCharacters: number) {
  const texts = new Map<string, string>();
  let held = 0;
  return {
    get(id: string): string | undefined {
      const text = texts.get(id);
      if (text === undefined) return undefined;
      texts.delete(id);
      texts.set(id, text);
      return text;
    },
    has: (id: string, text: string) => texts.get(id) === text,
    add(id: string, text: string): void {
      if (texts.has(id) || text.length > maxCharacters) return;
      texts.set(id, text);
      held += text.length;
      for (const [oldest, { length }] of texts) {
        if (held <= maxCharacters) return;
        texts.delete(oldest);
        held -= length;
      }
    },
  };
}

/** For Yoga, whose requests Brim's own transport has not answered, and for sockets. */
export function usePersistedDocuments(documents: PersistedDocuments): Plugin<object, HttpContext> {
  return {
    onParams({ params, setParams, context: { caller } }) {
      const query = caller && documents.textOf(params, caller.actor);
      if (query !== undefined && query !== params.query) setParams({ ...params, query });
    },
    onExecute: ({ args }) => documents.keep(paramsOf(args)),
    onSubscribe: ({ args }) => documents.keep(paramsOf(args)),
  };
}

function paramsOf({ contextValue }: { readonly contextValue?: { readonly params?: DocumentParams } }): DocumentParams {
  return contextValue?.params ?? {};
}

/** Apollo's and urql's clients look for this message, and then send the document. */
function notFound(): GraphQLError {
  return new GraphQLError('PersistedQueryNotFound', {
    extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', http: { status: 200 } },
  });
}

function otherDocument(): GraphQLError {
  return new GraphQLError('The hash is not the SHA-256 of this document, as 64 hexadecimal digits in small letters.', {
    extensions: { code: 'PERSISTED_QUERY_HASH_MISMATCH', http: { status: 400 } },
  });
}

function noHash(): GraphQLError {
  return new GraphQLError('"persistedQuery" must be { "version": 1, "sha256Hash": "…" }.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  });
}

function notTrusted(): GraphQLError {
  return new GraphQLError('Only trusted documents are answered here, and this is none of them.', {
    extensions: { code: 'DOCUMENT_NOT_TRUSTED', http: { status: 403 } },
  });
}
