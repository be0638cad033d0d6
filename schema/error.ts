import {
  AlreadyExistsError,
  CustomerNotFoundError,
  FeatureNotFoundError,
  IdempotencyConflictError,
  type InputIssue,
  InvalidInputError,
  NotTrackedError,
  PlanNotFoundError,
  PurchaseNotFoundError,
} from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { builder } from './builder.ts';

/** The refusals that carry nothing but plain facts. Those with a domain's own types stand beside that domain. */

export const ErrorInterface = builder.interfaceRef<Error>('Error').implement({
  description:
    'An expected refusal; `message` says why, for the developer who reads it. Nothing was done, but for what the type itself says: a PaymentFailedError leaves its purchase, and of a NotTrackedError it may not be known.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'What was refused and what would be right, for people.' }),
  }),
});

const InputIssueType = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One thing that is wrong with an input.',
  fields: (t) => ({
    path: t.stringList({
      extensions: declareCost({ list: 5 }),
      description: 'Where in the input: ["items", "0", "price", "amount"].',
      resolve: (issue) => [...issue.path],
    }),
    message: t.exposeString('message', { description: 'What would be right.' }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'The input cannot be taken as it is. Each issue names the place.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [InputIssueType],
      extensions: declareCost({ list: 5 }),
      description: 'Everything that is wrong.',
      resolve: (error) => [...error.issues],
    }),
  }),
});

builder.objectType(AlreadyExistsError, {
  name: 'AlreadyExistsError',
  description: 'The id is taken.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ id: t.exposeID('id', { description: 'The id that is taken.' }) }),
});

builder.objectType(FeatureNotFoundError, {
  name: 'FeatureNotFoundError',
  description: 'There is no such feature.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ featureId: t.exposeID('featureId', { description: 'The id that was asked for.' }) }),
});

builder.objectType(PlanNotFoundError, {
  name: 'PlanNotFoundError',
  description: 'There is no such plan on sale: it never was, it is archived, or this token may not attach it.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ planId: t.exposeID('planId', { description: 'The id that was asked for.' }) }),
});

builder.objectType(PurchaseNotFoundError, {
  name: 'PurchaseNotFoundError',
  description: 'There is no such purchase.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ purchaseId: t.exposeID('purchaseId', { description: 'The id that was asked for.' }) }),
});

builder.objectType(CustomerNotFoundError, {
  name: 'CustomerNotFoundError',
  description: 'There is no such customer: create it first.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ customerId: t.exposeID('customerId', { description: 'The id that was asked for.' }) }),
});

builder.objectType(IdempotencyConflictError, {
  name: 'IdempotencyConflictError',
  description: 'The idempotency key was used before, with another input.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ idempotencyKey: t.exposeString('idempotencyKey', { description: 'The key.' }) }),
});

builder.objectType(NotTrackedError, {
  name: 'NotTrackedError',
  description:
    'Only in trackBatch: this item could not be taken just now, or it is not known whether it was. Send it again, with its key.',
  interfaces: [ErrorInterface],
});
