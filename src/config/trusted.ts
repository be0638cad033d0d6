/** The rule of trusted documents: nobody is bound to documents that no file has. */
import { rule } from './rules.ts';
import type { Variables } from './variables.ts';

export const trustedRules = [
  rule<Pick<Variables, 'BRIM_TRUSTED_ONLY' | 'BRIM_TRUSTED_DOCUMENTS'>>(
    'BRIM_TRUSTED_ONLY',
    ({ BRIM_TRUSTED_ONLY, BRIM_TRUSTED_DOCUMENTS }) => !BRIM_TRUSTED_ONLY || BRIM_TRUSTED_DOCUMENTS !== undefined,
    'needs BRIM_TRUSTED_DOCUMENTS: without it every document would be refused.',
  ),
];
