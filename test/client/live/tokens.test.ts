import { describe, expect, it } from 'vitest';
import { openTokens, renewAfterMs } from '../../../packages/client/src/live/tokens.ts';

describe('the token of a page', () => {
  it('is asked for once, by however many', async () => {
    let asked = 0;
    const tokens = openTokens({ getToken: async () => `token-${++asked}` });
    expect(await Promise.all([tokens.current(), tokens.current()])).toEqual(['token-1', 'token-1']);
    tokens.discard('another');
    expect(await tokens.current()).toBe('token-1');
    tokens.discard('token-1');
    expect(await tokens.current()).toBe('token-2');
  });

  it('stays in use where the next one cannot be had', async () => {
    let isAway = false;
    const getToken = () => (isAway ? Promise.reject(new Error('away')) : 'token');
    const tokens = openTokens({ getToken });
    await tokens.current();
    isAway = true;
    await expect(tokens.renew()).rejects.toMatchObject({ code: 'TOKEN', retryable: true });
    expect(await tokens.current()).toBe('token');
  });

  it('is renewed after four fifths of its own length, whatever time it is; one that says nothing, never', () => {
    const claims = Buffer.from(JSON.stringify({ iat: 1_000, exp: 1_900.5 })).toString('base64url');
    expect(renewAfterMs(`head.${claims}.signature`)).toBeCloseTo(720_400);
    expect(renewAfterMs('no token')).toBeGreaterThan(1e9);
  });
});
