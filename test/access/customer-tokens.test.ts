import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { openAccess } from '../../src/access/access.ts';
import { keyIdOf } from '../../src/access/secret-keys.ts';
import { InvalidInputError, UnauthenticatedError } from '../../src/values/errors.ts';

const KEY = 'brim_sk_test_0123456789abcdef';
const SECRET = 'a secret of the tests that is long enough';
const START = new Date('2026-11-22T10:00:00.250Z');

function openTestAccess(...tokenSecrets: readonly string[]) {
  let now = START;
  const clock = { now: () => now };
  const access = openAccess({ clock, keys: [KEY], tokenSecrets: tokenSecrets.length > 0 ? tokenSecrets : [SECRET] });
  return {
    ...access,
    passTo(instant: string) {
      now = new Date(instant);
    },
  };
}

describe('a customer token', () => {
  it('names its customer, its expiry and its plans', async () => {
    const { customerTokens } = openTestAccess();
    const { token, tokenId, expiresAt } = await customerTokens.issue({
      customerId: 'ada',
      expiresInSeconds: 60,
      attachablePlanIds: ['top_up', 'größer'],
    });
    expect(expiresAt).toEqual(new Date('2026-11-22T10:01:00.250Z'));
    expect(await customerTokens.verify(token)).toEqual({
      kind: 'customer',
      customerId: 'ada',
      attachablePlanIds: ['top_up', 'größer'],
      expiresAt,
      tokenId,
    });
    expect(tokenId).toMatch(/^tok_[0-9a-f]{18}$/);
  });

  it('lasts 15 minutes by default, and may attach nothing', async () => {
    const { customerTokens } = openTestAccess();
    const { token, expiresAt } = await customerTokens.issue({ customerId: 'ada' });
    expect(expiresAt).toEqual(new Date('2026-11-22T10:15:00.250Z'));
    expect((await customerTokens.verify(token)).attachablePlanIds).toEqual([]);
  });

  it('expires at its instant, to the millisecond, and says so', async () => {
    const { customerTokens, passTo } = openTestAccess();
    const { token } = await customerTokens.issue({ customerId: 'ada', expiresInSeconds: 10 });
    passTo('2026-11-22T10:00:10.249Z');
    expect((await customerTokens.verify(token)).customerId).toBe('ada');
    for (const instant of ['2026-11-22T10:00:10.250Z', '2026-11-22T10:00:11.000Z', '2027-01-01T00:00:00Z']) {
      passTo(instant);
      await expect(customerTokens.verify(token)).rejects.toThrow(/has expired/);
    }
  });

  it('contains no secret', async () => {
    const { token } = await openTestAccess().customerTokens.issue({ customerId: 'ada' });
    expect(Object.keys(decodeJwt(token)).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'plans', 'sub']);
  });

  it.each([
    ['nine seconds', { expiresInSeconds: 9 }, [['expiresInSeconds']]],
    ['more than a day', { expiresInSeconds: 86_401 }, [['expiresInSeconds']]],
    ['half a second', { expiresInSeconds: 10.5 }, [['expiresInSeconds']]],
    ['no number', { expiresInSeconds: Number.NaN }, [['expiresInSeconds']]],
    ['51 plans', { attachablePlanIds: Array.from({ length: 51 }, (_, index) => `plan${index}`) }, [['attachablePlanIds']]],
    [
      'plans without a name, and with too long a one',
      { attachablePlanIds: ['', 'fine', 'x'.repeat(201), 'a b'] },
      [
        ['attachablePlanIds', '0'],
        ['attachablePlanIds', '2'],
        ['attachablePlanIds', '3'],
      ],
    ],
    ['everything at once', { expiresInSeconds: 0, attachablePlanIds: [''] }, [['expiresInSeconds'], ['attachablePlanIds', '0']]],
  ])('is refused for %s, with the paths', async (_name, request, paths) => {
    const error: unknown = await openTestAccess()
      .customerTokens.issue({ customerId: 'ada', ...request })
      .catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error instanceof InvalidInputError && error.issues.map(({ path }) => path)).toEqual(paths);
  });

  it('is made for the shortest and the longest allowed lifetime', async () => {
    const { customerTokens } = openTestAccess();
    const attachablePlanIds = Array.from({ length: 50 }, (_, index) => String(index).padEnd(200, 'x'));
    for (const expiresInSeconds of [10, 86_400]) {
      const { token } = await customerTokens.issue({ customerId: 'ada', expiresInSeconds, attachablePlanIds });
      expect((await customerTokens.verify(token)).attachablePlanIds).toEqual(attachablePlanIds);
    }
  });
});

describe('a foreign token', () => {
  const claims = { sub: 'ada', plans: [], exp: START.getTime() / 1_000 + 600, iss: 'brim', aud: 'brim:customer' };
  const sign = (payload: Record<string, unknown>, alg: string, secret = SECRET) =>
    new SignJWT(payload).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));

  it.each([
    ['another secret', () => sign(claims, 'HS256', 'another secret that is long enough, too')],
    ['another algorithm', () => sign(claims, 'HS512', SECRET.padEnd(64, '.'))],
    ['no signature', async () => new UnsecuredJWT(claims).encode()],
    ['another audience', () => sign({ ...claims, aud: 'somebody' }, 'HS256')],
    ['another issuer', () => sign({ ...claims, iss: 'somebody' }, 'HS256')],
    ['no end', () => sign({ ...claims, exp: undefined }, 'HS256')],
    ['no subject', () => sign({ ...claims, sub: undefined }, 'HS256')],
    ['no plans', () => sign({ ...claims, plans: undefined }, 'HS256')],
    ['no meaning', async () => 'a.b.c'],
  ])('with %s is refused', async (_name, make) => {
    await expect(openTestAccess().customerTokens.verify(await make())).rejects.toThrow(UnauthenticatedError);
  });

  it('with the same claims under our secret is accepted', async () => {
    expect((await openTestAccess().customerTokens.verify(await sign(claims, 'HS256'))).customerId).toBe('ada');
  });
});

describe('two token secrets', () => {
  const NEXT = 'another secret of the tests, as long';

  it('verify the tokens of both, and sign with the first', async () => {
    const before = await openTestAccess(SECRET).customerTokens.issue({ customerId: 'ada' });
    const during = openTestAccess(NEXT, SECRET).customerTokens;
    const fresh = await during.issue({ customerId: 'ada' });
    for (const { token } of [before, fresh]) expect((await during.verify(token)).customerId).toBe('ada');
    const after = openTestAccess(NEXT).customerTokens;
    expect((await after.verify(fresh.token)).customerId).toBe('ada');
    await expect(after.verify(before.token)).rejects.toThrow(/not one of ours/);
  });

  it('refuse an expired token and a forged one all the same', async () => {
    const { customerTokens, passTo } = openTestAccess(NEXT, SECRET);
    const old = await openTestAccess(SECRET).customerTokens.issue({ customerId: 'ada', expiresInSeconds: 10 });
    const forged = await openTestAccess('a secret of somebody else, as long').customerTokens.issue({ customerId: 'ada' });
    await expect(customerTokens.verify(forged.token)).rejects.toThrow(/not one of ours/);
    passTo('2026-11-22T10:00:10.250Z');
    await expect(customerTokens.verify(old.token)).rejects.toThrow(/has expired/);
  });
});

describe('an Authorization header', () => {
  it('names the app or a customer', async () => {
    const { authenticate, customerTokens } = openTestAccess();
    const { token } = await customerTokens.issue({ customerId: 'ada' });
    expect(await authenticate(`Bearer ${KEY}`)).toEqual({ kind: 'app', key: { id: keyIdOf(KEY), name: null } });
    expect(await authenticate(`bearer  ${KEY}`)).toEqual({ kind: 'app', key: { id: keyIdOf(KEY), name: null } });
    expect(await authenticate(`Bearer ${token}`)).toMatchObject({ kind: 'customer', customerId: 'ada' });
  });

  it.each([
    [undefined, 'No credentials were sent. Send the header'],
    [null, 'No credentials were sent. Send the header'],
    ['', 'No credentials were sent. Send the header'],
    [KEY, 'cannot be read. Send the header'],
    [`Basic ${KEY}`, 'cannot be read. Send the header'],
    [`Bearer ${KEY} ${KEY}`, 'cannot be read. Send the header'],
    ['Bearer brim_sk_of_somebody_else', 'This secret key is not known here.'],
    ['Bearer whatever', 'These credentials are not known here. Send the header'],
    ['Bearer a.b.c', 'This customer token is not one of ours.'],
  ])('%j is refused with what to send', async (header, message) => {
    const error: unknown = await openTestAccess()
      .authenticate(header)
      .catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(UnauthenticatedError);
    expect(error instanceof Error && error.message).toContain(message);
    expect(error instanceof Error && error.message).not.toContain('somebody');
  });
});
