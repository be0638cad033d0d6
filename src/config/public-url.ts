/** The address at which browsers and Stripe reach Brim. Production must have one, with https. */
import { type Mode, productionRule } from './rules.ts';
import { url } from './value-schemas.ts';

export const publicUrl = url(
  ['http:', 'https:'],
  [
    ({ username, password, search, hash }) => [username, password, search, hash].some((part) => part !== ''),
    'must be without a user name, a password, and anything behind ? or #. It must be like https://brim.example.',
  ],
);

interface Variables extends Mode {
  readonly PUBLIC_URL?: string | undefined;
  readonly BRIM_ALLOW_INSECURE_PUBLIC_URL?: 'true' | 'false' | undefined;
}

export const publicUrlRules = [
  productionRule<Variables>(
    'PUBLIC_URL',
    ({ PUBLIC_URL }) => PUBLIC_URL !== undefined,
    'is required in production: payment pages send customers back there. It must be like https://brim.example.',
  ),
  productionRule<Variables>(
    'PUBLIC_URL',
    ({ PUBLIC_URL, BRIM_ALLOW_INSECURE_PUBLIC_URL }) =>
      PUBLIC_URL === undefined || BRIM_ALLOW_INSECURE_PUBLIC_URL === 'true' || new URL(PUBLIC_URL).protocol === 'https:',
    'must begin with https:// in production: keys and tokens would be readable on their way. Where that is meant, set BRIM_ALLOW_INSECURE_PUBLIC_URL=true.',
  ),
];
