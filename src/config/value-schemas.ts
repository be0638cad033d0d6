/** Schemas of single values, and the lists that several variables take. */
import { isIP } from 'node:net';
import { z } from 'zod';

const PORT_MAX = 65_535;

export const port = z
  .string()
  .refine(
    (text) => /^\d+$/.test(text) && Number(text) <= PORT_MAX,
    `must be a whole number from 0 (any free port) to ${PORT_MAX}.`,
  )
  .transform(Number);

/** A host name or an address, without a port. */
export const host = z
  .string()
  .refine(
    (text) => isIP(text) !== 0 || /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i.test(text),
    'must be an address or a name of this machine, without a port: 127.0.0.1, ::1, localhost, 0.0.0.0.',
  );

export const trueOrFalse = z.enum(['true', 'false'], 'must be true or false.');

/** A whole number above 0, and at most `most`. */
export function count(most: number) {
  return z
    .string()
    .refine(
      (text) => /^[1-9]\d{0,14}$/.test(text) && Number(text) <= most,
      `must be a whole number from 1 to ${most.toLocaleString('en')}.`,
    )
    .transform(Number);
}

/** A whole number from 0 to `most`. */
export function wholeNumber(most: number) {
  return z
    .string()
    .refine(
      (text) => /^\d{1,15}$/.test(text) && Number(text) <= most,
      `must be a whole number from 0 to ${most.toLocaleString('en')}.`,
    )
    .transform(Number);
}

/** Values with commas between them. */
export const list = z.string().transform((text) => text.split(',').map((part) => part.trim()));

/** The text of a URL with one of these protocols, and otherwise as `others` want it. */
export function url(protocols: readonly string[], ...others: readonly Reason<URL>[]) {
  const isUrl = (text: string) => URL.canParse(text) && protocols.includes(new URL(text).protocol);
  return z
    .string()
    .check(
      refuseFor<string>(
        [(text) => !isUrl(text), `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`],
        ...others.map(([isWrong, sentence]): Reason<string> => [(text) => isWrong(new URL(text)), sentence]),
      ),
    );
}

export type Reason<Value> = readonly [isWrong: (value: Value) => boolean, sentence: string];

/** Refuses a value for the first reason that holds. The later ones are not asked then. */
export function refuseFor<Value>(...reasons: readonly Reason<Value>[]) {
  return z.superRefine<Value>((value, context) => {
    const reason = reasons.find(([isWrong]) => isWrong(value));
    if (reason) context.addIssue({ code: 'custom', message: reason[1] });
  });
}
