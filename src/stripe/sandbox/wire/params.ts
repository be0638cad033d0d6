/**
 * Reads the parameters of the sandbox's endpoints. Each endpoint has a schema of what it takes, and
 * refuses all else by name, with Stripe's JSON.
 *
 * Stripe takes far more parameters. The adapter does not send the others: when it starts to send
 * one, a test fails, and the parameter has to be added to the schema with its meaning.
 */
import { z } from 'zod';
import { malformedParam, type SandboxApiError } from './api-error.ts';
import { bracketed, type FormObject, type FormValue } from './form.ts';

const TEXT_LIMIT = 5_000;

export const text = z.string().min(1).max(TEXT_LIMIT);

const integer = z.string().transform((value, context) => {
  if (/^-?\d{1,15}$/.test(value)) return Number(value);
  context.addIssue({ code: 'custom', message: `Invalid integer: ${value}`, params: { code: 'parameter_invalid_integer' } });
  return z.NEVER;
});

export const integerAtLeast = (least: number) =>
  integer.refine((value) => value >= least, {
    error: `This value must be greater than or equal to ${least}.`,
    params: { code: 'parameter_invalid_integer' },
  });

export const flag = z.enum(['true', 'false'], 'Invalid boolean').transform((value) => value === 'true');

export const webAddress = text.refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
  error: 'Not a valid URL',
  params: { code: 'url_invalid' },
});

export const email = text.refine((value) => value.length <= 512 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value), {
  error: 'Invalid email address',
  params: { code: 'email_invalid' },
});

/** Limits: https://docs.stripe.com/metadata */
export const metadata = z
  .record(
    z.string().max(40, 'Metadata keys can have up to 40 characters.'),
    z.string().max(500, 'Metadata values can have up to 500 characters.'),
  )
  .refine((pairs) => Object.keys(pairs).length <= 50, 'You can specify up to 50 metadata keys.')
  // An empty value removes the key.
  .transform((pairs) => Object.fromEntries(Object.entries(pairs).filter(([, value]) => value !== '')));

/** `a[0]`, `a[1]` … form a list, and nothing else does. */
export const list = <Item extends z.ZodType>(item: Item, { least = 0, most = 20 } = {}) =>
  z.preprocess((value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    const keys = Object.keys(value);
    return keys.every((key, index) => key === String(index)) ? Object.values(value) : value;
  }, z.array(item).min(least).max(most));

/** The `expand` parameter of an endpoint that can expand these paths. */
export const expandable = <Path extends string>(paths: readonly [Path, ...Path[]]) =>
  list(z.enum(paths, 'This property cannot be expanded.')).default([]);

export const NO_PARAMS = z.strictObject({});

const pageLimit = integerAtLeast(1)
  .refine((value) => value <= 100, 'This value must be less than or equal to 100.')
  .default(10);

/** The parameters that every list takes. */
export const pageParams = { limit: pageLimit, starting_after: text.optional() };

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
