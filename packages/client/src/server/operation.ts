/** Any operation of the API, for what has no verb of its own. */
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
import type { DocumentNode } from 'graphql';
import type { DocumentText } from '../documents/document-text.ts';
import { BrimError } from './brim-error.ts';
import type { Call, CallOptions } from './call.ts';
import { refuseNotFinite } from './finite.ts';

export interface OperationOptions extends CallOptions {
  /**
   * A query is sent again where that may help. A mutation is sent once, unless this is true: say so
   * where its input has an idempotency key, or where doing it twice is doing it once.
   */
  readonly idempotent?: boolean;
}

type Loose = Record<string, unknown>;

/** Variables may be left out where none is required. */
type Rest<Variables> =
  Record<never, never> extends Variables
    ? [variables?: Variables, options?: OperationOptions]
    : [variables: Variables, options?: OperationOptions];

export interface OperationVerb {
  /**
   * Sends one query or mutation, as text or as a document with types: a TypedDocumentNode (with the
   * package `graphql` beside this one) or a TypedDocumentString. @returns its data. @throws
   * BrimError for every error beside it.
   */
  request<Data = Loose, Variables = Loose>(
    document: string | (DocumentTypeDecoration<Data, Variables> & object),
    ...rest: Rest<Variables>
  ): Promise<Data>;
}

export function operationVerb(call: Call, callOnce: Call): OperationVerb {
  return {
    async request<Data, Variables>(
      document: string | (DocumentTypeDecoration<Data, Variables> & object),
      ...[variables, options = {}]: Rest<Variables>
    ): Promise<Data> {
      const refused = refuseNotFinite(variables ?? {});
      if (refused) throw new BrimError(refused.message, { retryable: false, code: 'BAD_USER_INPUT' });
      const text = (await textOf(document)) as DocumentText<Data, Variables | undefined>;
      // Only a mutation has this word; a query that has it, too, is merely not sent again.
      const isRepeatable = options.idempotent === true || !/\bmutation\b/.test(text);
      return (isRepeatable ? call : callOnce)(text, variables, options);
    },
  };
}

async function textOf(document: string | object): Promise<string> {
  if (!isNode(document)) return String(document);
  const { print } = await import('graphql');
  return print(document);
}

function isNode(document: string | object): document is DocumentNode {
  return typeof document === 'object' && 'kind' in document && document.kind === 'Document';
}
