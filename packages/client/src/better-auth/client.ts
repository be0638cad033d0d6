/** `@brim/client/better-auth/client`: a plugin of better-auth's client, which asks for tokens. */
import type { BetterAuthClientPlugin } from 'better-auth/client';
import type { brim } from './better-auth.ts';
import { BRIM_ERROR_CODES } from './error-codes.ts';
import type { BrimToken } from './token.ts';

export { BRIM_ERROR_CODES } from './error-codes.ts';
export type { BrimToken } from './token.ts';

/** For `createAuthClient({ plugins: [brimClient()] })`. */
export function brimClient() {
  return {
    id: 'brim-client',
    $InferServerPlugin: {} as ReturnType<typeof brim>,
    pathMethods: { '/brim/token': 'POST' },
    getActions: ($fetch) => ({
      brim: {
        /** For `getToken` of `<BrimProvider>`. @throws Error with what was refused. */
        async getToken(): Promise<string> {
          const { data, error } = await $fetch<BrimToken>('/brim/token', { method: 'POST' });
          if (data) return data.token;
          throw new Error(error.message ?? error.statusText, { cause: error });
        },
      },
    }),
    $ERROR_CODES: BRIM_ERROR_CODES,
  } satisfies BetterAuthClientPlugin;
}
