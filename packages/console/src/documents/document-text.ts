import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';

/** The text of an operation, which knows the types of its data and its variables. */
export type DocumentText<Data, Variables> = string & DocumentTypeDecoration<Data, Variables>;
