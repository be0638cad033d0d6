/**
 * Customer tokens, which an app's server gives to one customer's browser.
 *
 * A token is a JWT, signed with HMAC SHA-256 only, for this issuer and audience. It names the
 * customer, its expiry, the plans that may be attached, whether auto top-ups may be set, its id and
 * its generation. Tokens are not stored. Only the number of revocations of each customer is
 * (revocations.ts).
 */
import { randomBytes } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../values/clock.ts';
import { type InputIssue, InvalidInputError, UnauthenticatedError } from '../values/errors.ts';
import type { CustomerActor } from './actor.ts';
import type { Revocations } from './revocations.ts';

export const TOKEN_LIFETIME_SECONDS = 900;
export const TOKEN_LIFETIME_MIN_SECONDS = 10;
export const TOKEN_LIFETIME_MAX_SECONDS = 86_400;
/**
 * A token is sent with every request as a header. 50 long ids are about 10 KB, which fits into one.
 */
export const ATTACHABLE_PLANS_MAX = 50;
export const PLAN_ID_MAX_CHARACTERS = 200;

const ALGORITHM = 'HS256';
const ISSUER = 'brim';
const AUDIENCE = 'brim:customer';

export interface CustomerTokenRequest {
  readonly customerId: string;
  /** Whole seconds, 10 to 86,400; default 900. */
  readonly expiresInSeconds?: number;
  readonly attachablePlanIds?: readonly string[];
  /** Default false. */
  readonly canSetAutoTopUp?: boolean;
}

export interface IssuedToken {
  readonly token: string;
  /** Names the token in the audit log, without a secret in it. */
  readonly tokenId: string;
  readonly expiresAt: Date;
}

export interface CustomerTokens {
  /**
   * Makes a token. The caller checks whether the customer exists.
   * @throws InvalidInputError with every issue.
   */
  issue(request: CustomerTokenRequest): Promise<IssuedToken>;
  /** @throws UnauthenticatedError. Its message says where the token has expired or was revoked. */
  verify(token: string): Promise<CustomerActor>;
}

/**
 * exp has a fraction (RFC 7519 allows it), so that the token ends at exactly the promised instant.
 */
const claimsSchema = z.object({
  sub: z.string().min(1),
  exp: z.number(),
  plans: z.array(z.string()),
  gen: z.int().nonnegative().default(0),
  jti: z.string().optional(),
  autoTopUp: z.boolean().default(false),
});

export interface CustomerTokensDeps {
  readonly clock: Clock;
  readonly revocations: Pick<Revocations, 'generationOf' | 'isRevoked'>;
  /** The first signs, all verify. */
  readonly tokenSecrets: readonly string[];
}

export function openCustomerTokens({ clock, tokenSecrets, revocations }: CustomerTokensDeps): CustomerTokens {
  const keys = tokenSecrets.map((secret) => new TextEncoder().encode(secret));
  const [signingKey] = keys;
  if (!signingKey) throw new Error('There is no secret to sign customer tokens with.');
  return {
    async issue({ customerId, expiresInSeconds = TOKEN_LIFETIME_SECONDS, attachablePlanIds = [], canSetAutoTopUp = false }) {
      const issues = findIssues(expiresInSeconds, attachablePlanIds);
      if (issues.length > 0) throw new InvalidInputError(issues);
      const generation = await revocations.generationOf(customerId);
      const issuedAtMs = clock.now().getTime();
      const expiresAt = new Date(issuedAtMs + expiresInSeconds * 1_000);
      const tokenId = `tok_${randomBytes(9).toString('hex')}`;
      const token = await new SignJWT({
        plans: [...attachablePlanIds],
        ...(generation > 0 ? { gen: generation } : {}),
        ...(canSetAutoTopUp ? { autoTopUp: true } : {}),
      })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(customerId)
        .setJti(tokenId)
        .setIssuedAt(Math.floor(issuedAtMs / 1_000))
        .setExpirationTime(expiresAt.getTime() / 1_000)
        .sign(signingKey);
      return { token, tokenId, expiresAt };
    },

    async verify(token) {
      const now = clock.now();
      const { sub, exp, plans, gen, autoTopUp, jti } = await readClaims(token, keys, now);
      const expiresAt = new Date(Math.round(exp * 1_000));
      if (expiresAt <= now) throw expired();
      if (revocations.isRevoked(sub, gen)) throw revoked();
      return {
        ...{ kind: 'customer', customerId: sub, attachablePlanIds: plans, expiresAt },
        ...(jti === undefined ? {} : { tokenId: jti }),
        ...(gen > 0 ? { generation: gen } : {}),
        ...(autoTopUp ? { canSetAutoTopUp: true } : {}),
      };
    },
  };
}

function findIssues(expiresInSeconds: number, attachablePlanIds: readonly string[]): InputIssue[] {
  const issues: InputIssue[] = [];
  if (
    !Number.isInteger(expiresInSeconds) ||
    expiresInSeconds < TOKEN_LIFETIME_MIN_SECONDS ||
    expiresInSeconds > TOKEN_LIFETIME_MAX_SECONDS
  ) {
    issues.push({
      path: ['expiresInSeconds'],
      message: `must be a whole number of seconds from ${TOKEN_LIFETIME_MIN_SECONDS} to ${TOKEN_LIFETIME_MAX_SECONDS}`,
      code: expiresInSeconds < TOKEN_LIFETIME_MIN_SECONDS ? 'TOO_SMALL' : 'TOO_LARGE',
    });
  }
  if (attachablePlanIds.length > ATTACHABLE_PLANS_MAX) {
    issues.push({ path: ['attachablePlanIds'], message: `must be at most ${ATTACHABLE_PLANS_MAX} plans`, code: 'TOO_LARGE' });
  }
  for (const [index, planId] of attachablePlanIds.entries()) {
    if (planId.length >= 1 && planId.length <= PLAN_ID_MAX_CHARACTERS && /^[^\p{White_Space}\p{C}]+$/u.test(planId)) continue;
    issues.push({
      path: ['attachablePlanIds', String(index)],
      message: `must be 1 to ${PLAN_ID_MAX_CHARACTERS} visible characters`,
      code: 'INVALID_FORMAT',
    });
  }
  return issues;
}

async function readClaims(token: string, keys: readonly Uint8Array[], now: Date): Promise<z.infer<typeof claimsSchema>> {
  const expected = { algorithms: [ALGORITHM], issuer: ISSUER, audience: AUDIENCE, currentDate: now };
  try {
    return claimsSchema.parse(await firstVerified(keys, (key) => jwtVerify(token, key, expected)));
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw expired();
    throw new UnauthenticatedError(
      'This customer token is not one of ours. Get a new one from your server: createCustomerToken.',
      { cause: error },
    );
  }
}

/** @throws the error of the last key; where a signature matches, the error of that key. */
async function firstVerified(
  keys: readonly Uint8Array[],
  verify: (key: Uint8Array) => Promise<{ readonly payload: unknown }>,
): Promise<unknown> {
  const [key, ...others] = keys;
  if (!key) throw new errors.JWSSignatureVerificationFailed();
  try {
    return (await verify(key)).payload;
  } catch (error) {
    if (others.length > 0 && error instanceof errors.JWSSignatureVerificationFailed) return firstVerified(others, verify);
    throw error;
  }
}

export function revoked(): UnauthenticatedError {
  return new UnauthenticatedError('This customer token was revoked. Get a new one from your server: createCustomerToken.');
}

export function expired(): UnauthenticatedError {
  return new UnauthenticatedError('This customer token has expired. Get a new one from your server: createCustomerToken.');
}
