/**
 * Prepares an operation for its execution: parsed, valid and within the limits of documents.
 *
 * Yoga's engine does it, with all plugins. A document that it has found valid once is known from
 * then on, as long as it is cached. Customers pass the engine each time, because it parses nothing
 * for a customer whose budget is empty.
 */
import { type DocumentNode, type GraphQLError, type GraphQLSchema, getOperationAST, OperationTypeNode } from 'graphql';
import type { YogaServerInstance } from 'graphql-yoga';
import type { DocumentCache } from './document-cache.ts';
import type { OperationParams } from './json-request.ts';
import type { RequestContext } from './request-context.ts';

export interface PreparationOptions {
  readonly yoga: Pick<YogaServerInstance<object, object>, 'getEnveloped'>;
  readonly documents: Pick<DocumentCache, 'get'>;
  readonly schema: GraphQLSchema;
}

/** One of Yoga's plugins asks for the method of the request in the context. */
export const POSTED = { method: 'POST' };

/** What becomes of a document. Subscriptions are not prepared here. */
export type Prepared =
  | { readonly document: DocumentNode; readonly errors?: undefined }
  | { readonly errors: readonly GraphQLError[] }
  | 'a subscription';

/** @throws the errors of parsing, and RateLimitedError. */
export type Prepare = (params: OperationParams, context: RequestContext) => Prepared;

export function openPreparation({ yoga, documents, schema }: PreparationOptions): Prepare {
  const valid = new WeakSet<DocumentNode>();

  function findKnown(params: OperationParams, { caller }: RequestContext): DocumentNode | undefined {
    const document = caller?.actor.kind === 'app' ? documents.get(params.query) : undefined;
    return document && valid.has(document) && kindOf(document, params) !== undefined ? document : undefined;
  }

  function prepareNew(params: OperationParams, context: RequestContext): Prepared {
    const enveloped = yoga.getEnveloped({ ...context, request: POSTED, params });
    const document: DocumentNode = enveloped.parse(params.query);
    if (kindOf(document, params) === OperationTypeNode.SUBSCRIPTION) return 'a subscription';
    const errors: readonly GraphQLError[] = enveloped.validate(schema, document);
    if (errors.length > 0) return { errors };
    valid.add(document);
    return { document };
  }

  return (params, context) => {
    const document = findKnown(params, context);
    if (!document) return prepareNew(params, context);
    return kindOf(document, params) === OperationTypeNode.SUBSCRIPTION ? 'a subscription' : { document };
  };
}

function kindOf(document: DocumentNode, { operationName }: OperationParams): OperationTypeNode | undefined {
  return getOperationAST(document, operationName)?.operation;
}
