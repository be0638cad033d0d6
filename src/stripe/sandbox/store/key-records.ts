/** The idempotency keys with their first answers, in rows. */
import type { Transaction } from '../../../database/database.ts';

export interface KeyRecords {
  /**
   * Takes an idempotency key. It waits while another transaction has the key. @returns false where
   * the key was used before.
   */
  takeKey(key: string, fingerprint: string, now: Date): Promise<boolean>;
  findAnswer(key: string): Promise<{ fingerprint: string; status: number; answer: string | null } | undefined>;
  keepAnswer(key: string, answer: { readonly status: number; readonly json: string }): Promise<void>;
}

/** Stripe keeps a key for at least a day. */
const KEY_LIFE_MS = 24 * 60 * 60 * 1_000;

export function keyRecords(transaction: Transaction): KeyRecords {
  return {
    async takeKey(key, fingerprint, now) {
      const forgotten = new Date(now.getTime() - KEY_LIFE_MS);
      await transaction.$executeRaw`DELETE FROM stripe_sandbox.idempotency_key WHERE key = ${key} AND created_at <= ${forgotten}`;
      const taken = await transaction.$executeRaw`
        INSERT INTO stripe_sandbox.idempotency_key (key, fingerprint, created_at) VALUES (${key}, ${fingerprint}, ${now})
        ON CONFLICT (key) DO NOTHING`;
      return taken === 1;
    },

    async findAnswer(key) {
      const rows = await transaction.$queryRaw<{ fingerprint: string; status: number; answer: string | null }[]>`
        SELECT fingerprint, status, answer FROM stripe_sandbox.idempotency_key WHERE key = ${key}`;
      return rows[0];
    },

    async keepAnswer(key, answer) {
      await transaction.$executeRaw`
        UPDATE stripe_sandbox.idempotency_key SET answer = ${answer.json}, status = ${answer.status} WHERE key = ${key}`;
    },
  };
}
