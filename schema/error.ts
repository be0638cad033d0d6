import {
  AlreadyExistsError,
  CustomerNotFoundError,
  type DomainError,
  FeatureNotFoundError,
  IdempotencyConflictError,
  type InputIssue,
  InvalidInputError,
  NotTrackedError,
  PlanNotFoundError,
  PurchaseNotFoundError,
} from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import type { InputIssueCode } from '../src/values/issue-codes.ts';
import { builder } from './builder.ts';

/** The refusals without types of a domain. The others are defined in the file of their domain. */

export const ErrorInterface = builder.interfaceRef<DomainError>('Error').implement({
  description:
    'An expected refusal. Nothing was changed, except where a type says so: a ' +
    'PaymentFailedError leaves its purchase, and after a NotTrackedError the use may ' +
    'have been recorded or not.',
  fields: (t) => ({
    message: t.exposeString('message', {
      description:
        'Says what was refused and what would be accepted. Written for developers; the ' +
        'words may change.',
    }),
    code: t.exposeString('code', {
      description:
        'What was refused, in one word that never changes, such as PLAN_NOT_FOUND. It is the ' +
        '`extensions.code` of the same refusal in `errors`.',
    }),
    retryable: t.exposeBoolean('retryable', {
      description: 'True if the same request may succeed later.',
    }),
  }),
});

const InputIssueCodeEnum = builder.enumType('InputIssueCode', {
  description: 'Why a value of an input is refused. Codes may be added: treat others as INVALID.',
  values: {
    REQUIRED: { description: 'It must be given, or must not be empty.' },
    NOT_ALLOWED: {
      description:
        'It must be left out, or be another value, beside what else is given or asked by this caller.',
    },
    INVALID_FORMAT: {
      description: 'It is not written as it must be, such as an id, an email address or an amount.',
    },
    TOO_SMALL: { description: 'A number, an amount or a time is below the smallest.' },
    TOO_LARGE: {
      description: 'A number, an amount, a time or the length of a list is above the largest.',
    },
    TOO_LONG: { description: 'A text has too many characters.' },
    DUPLICATE: { description: 'Something is named a second time that may be named once.' },
    UNKNOWN: { description: 'It names something that does not exist there.' },
    INVALID: {
      description:
        'It breaks another rule, often because of what stands beside it or of what exists by now: ' +
        'the message says which.',
    },
  } satisfies Record<InputIssueCode, { description: string }>,
});

const InputIssueType = builder.objectRef<Required<InputIssue>>('InputIssue').implement({
  description: 'One thing that is wrong with an input.',
  fields: (t) => ({
    path: t.stringList({
      extensions: declareCost({ list: 5 }),
      description:
        'Where it is in the input, from the outside in, such as ["items", "0", "price", ' +
        '"amount"].',
      resolve: (issue) => [...issue.path],
    }),
    code: t.expose('code', {
      type: InputIssueCodeEnum,
      description: 'Why it is refused, for forms that show it in words of their own.',
    }),
    message: t.exposeString('message', {
      description:
        'Says what would be accepted at this place. Written for developers; the words may ' +
        'change.',
    }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description:
    'The input breaks a rule that its types cannot express. Each issue names the ' + 'place.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [InputIssueType],
      extensions: declareCost({ list: 5 }),
      description: 'Everything that is wrong with the input, at most 50 issues.',
      resolve: (error) => [...error.issues],
    }),
  }),
});

builder.objectType(AlreadyExistsError, {
  name: 'AlreadyExistsError',
  description:
    'A feature or plan with this id, or a secret key with this name, exists already, so none was ' +
    'created.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id or name that is already in use.' }),
  }),
});

builder.objectType(FeatureNotFoundError, {
  name: 'FeatureNotFoundError',
  description: 'There is no feature with this id.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    featureId: t.exposeID('featureId', { description: 'The feature id that the request named.' }),
  }),
});

builder.objectType(PlanNotFoundError, {
  name: 'PlanNotFoundError',
  description:
    'There is no plan on sale with this id: it never existed, it is archived, or the ' +
    'customer token may not attach it.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    planId: t.exposeID('planId', { description: 'The plan id that the request named.' }),
  }),
});

builder.objectType(PurchaseNotFoundError, {
  name: 'PurchaseNotFoundError',
  description: 'There is no purchase with this id, or the caller may not see it.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    purchaseId: t.exposeID('purchaseId', {
      description: 'The purchase id that the request named.',
    }),
  }),
});

builder.objectType(CustomerNotFoundError, {
  name: 'CustomerNotFoundError',
  description:
    'There is no customer with this id, or the caller may not see it. Create it with ' +
    'createCustomer.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    customerId: t.exposeID('customerId', {
      description: 'The customer id that the request named.',
    }),
  }),
});

builder.objectType(IdempotencyConflictError, {
  name: 'IdempotencyConflictError',
  description:
    'An earlier request with this idempotency key had another input. Use a new key ' +
    'for a new request.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    idempotencyKey: t.exposeString('idempotencyKey', {
      description: 'The key that both requests carried.',
    }),
  }),
});

builder.objectType(NotTrackedError, {
  name: 'NotTrackedError',
  description:
    'Returned by trackBatch only: Brim could not record this item just now, or cannot ' +
    'tell whether it did. Send the item again with the same idempotency key.',
  interfaces: [ErrorInterface],
});
