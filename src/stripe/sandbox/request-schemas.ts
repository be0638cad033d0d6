/**
 * The parameters of the sandbox's endpoints. It refuses all others by name, with Stripe's JSON.
 *
 * Stripe takes far more parameters. The adapter does not send the others: when it starts to send
 * one, a test fails, and the parameter has to be added here with its meaning.
 */
import { z } from 'zod';
import { malformedParam, type SandboxApiError } from './api-error.ts';
import { bracketed, type FormObject, type FormValue } from './form.ts';

const TEXT_LIMIT = 5_000;

const text = z.string().min(1).max(TEXT_LIMIT);

const integer = z.string().transform((value, context) => {
  if (/^-?\d{1,15}$/.test(value)) return Number(value);
  context.addIssue({ code: 'custom', message: `Invalid integer: ${value}`, params: { code: 'parameter_invalid_integer' } });
  return z.NEVER;
});

const integerAtLeast = (least: number) =>
  integer.refine((value) => value >= least, {
    error: `This value must be greater than or equal to ${least}.`,
    params: { code: 'parameter_invalid_integer' },
  });

const webAddress = text.refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
  error: 'Not a valid URL',
  params: { code: 'url_invalid' },
});

const email = text.refine((value) => value.length <= 512 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value), {
  error: 'Invalid email address',
  params: { code: 'email_invalid' },
});

/** Limits: https://docs.stripe.com/metadata */
const metadata = z
  .record(
    z.string().max(40, 'Metadata keys can have up to 40 characters.'),
    z.string().max(500, 'Metadata values can have up to 500 characters.'),
  )
  .refine((pairs) => Object.keys(pairs).length <= 50, 'You can specify up to 50 metadata keys.')
  // An empty value removes the key.
  .transform((pairs) => Object.fromEntries(Object.entries(pairs).filter(([, value]) => value !== '')));

/** `a[0]`, `a[1]` … form a list, and nothing else does. */
const list = <Item extends z.ZodType>(item: Item, { least = 0, most = 20 } = {}) =>
  z.preprocess((value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    const keys = Object.keys(value);
    return keys.every((key, index) => key === String(index)) ? Object.values(value) : value;
  }, z.array(item).min(least).max(most));

const expand = list(z.enum(['payment_intent', 'line_items'], 'This property cannot be expanded.')).default([]);

const lineItem = z.strictObject({
  quantity: integerAtLeast(1),
  price_data: z.strictObject({
    currency: text.transform((value) => value.toLowerCase()),
    unit_amount: integerAtLeast(0),
    product_data: z.strictObject({ name: text, description: text.optional(), metadata: metadata.default({}) }),
  }),
});

export const NO_PARAMS = z.strictObject({});

export const CUSTOMER_CREATE = z.strictObject({
  name: text.max(256).optional(),
  email: email.optional(),
  description: text.optional(),
  metadata: metadata.default({}),
});

/** An update changes the parameters that it names; an empty value clears. */
export const CUSTOMER_UPDATE = z.strictObject({
  name: z.string().max(256).optional(),
  email: z.union([z.literal(''), email]).optional(),
});

export const SESSION_CREATE = z.strictObject({
  mode: z.enum(['payment'], 'The sandbox knows the mode `payment` only.'),
  customer: text.optional(),
  line_items: list(lineItem, { least: 1, most: 100 }),
  success_url: webAddress,
  cancel_url: webAddress.optional(),
  client_reference_id: text.max(200).optional(),
  metadata: metadata.default({}),
  payment_intent_data: z
    .strictObject({ description: text.max(1_000).optional(), metadata: metadata.default({}) })
    .default({ metadata: {} }),
  expand,
});
export type SessionParams = z.output<typeof SESSION_CREATE>;

export const SESSION_READ = z.strictObject({ expand });

const pageLimit = integerAtLeast(1)
  .refine((value) => value <= 100, 'This value must be less than or equal to 100.')
  .default(10);

export const SESSION_LIST = z.strictObject({
  limit: pageLimit,
  customer: text.optional(),
  payment_intent: text.optional(),
  starting_after: text.optional(),
});

export const EVENT_LIST = z.strictObject({
  limit: pageLimit,
  type: text.optional(),
  starting_after: text.optional(),
});

/** @throws SandboxApiError that names the first missing, unknown or wrong parameter. */
export function readParams<Schema extends z.ZodType>(schema: Schema, form: FormObject): z.output<Schema> {
  const read = schema.safeParse(form);
  if (read.success) return read.data;
  // As at Stripe, an unknown parameter is reported before a missing one.
  const { issues } = read.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  throw issue === undefined ? malformedParam('', 'Invalid request') : toApiError(issue, form);
}

function toApiError(issue: z.core.$ZodIssue, form: FormObject): SandboxApiError {
  if (issue.code === 'unrecognized_keys') {
    const param = bracketed([...issue.path, issue.keys[0] ?? '']);
    return malformedParam(param, `Received unknown parameter: ${param}`, 'parameter_unknown');
  }
  const param = bracketed(issue.path);
  const value = valueAt(form, issue.path);
  if (value === undefined) return malformedParam(param, `Missing required param: ${param}.`, 'parameter_missing');
  if (value === '') return malformedParam(param, `You passed an empty string for '${param}'.`, 'parameter_invalid_empty');
  if (issue.code === 'custom') {
    const code: unknown = issue.params?.code;
    return malformedParam(param, issue.message, typeof code === 'string' ? code : undefined);
  }
  return malformedParam(param, `Invalid ${param}: ${issue.message}`);
}

function valueAt(form: FormObject, path: readonly PropertyKey[]): FormValue | undefined {
  let value: FormValue | undefined = form;
  for (const part of path) value = typeof value === 'object' ? value[String(part)] : undefined;
  return value;
}
