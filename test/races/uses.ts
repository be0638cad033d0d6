/**
 * Uses under way: callers that use one after another, each with a key of its own, and send it again
 * with its key until it is answered.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Brim as Client } from '../../packages/client/src/server/index.ts';
import { runOn } from '../support/database-url.ts';
import { MESSAGES } from '../support/shop.ts';

export interface AnsweredUse {
  readonly customerId: string;
  readonly sequence: number;
  readonly answeredAtMs: number;
}

export interface Uses {
  /** By their keys. */
  readonly answered: ReadonlyMap<string, AnsweredUse>;
  /** What calls were told instead of an answer, and by which key. */
  readonly failed: readonly { readonly key: string; readonly error: unknown }[];
  /** Begins no further use. Resolves when those under way are answered. */
  end(): Promise<void>;
}

const CALLERS = 4;
/** Whoever fails as often is not helped by another attempt. */
const FAILURES_MAX = 50_000;
/** A caller leaves a Brim that cannot answer alone for a moment, as clients do. */
const BACK_OFF_MS = 20;

/**
 * Four callers for each customer and client.
 * @param name begins their keys.
 */
export function beginUses(name: string, clients: readonly Client[], customerIds: readonly string[]): Uses {
  const answered = new Map<string, AnsweredUse>();
  const failed: { key: string; error: unknown }[] = [];
  let isOver = false;

  async function use(client: Client, customerId: string, key: string): Promise<void> {
    for (;;) {
      try {
        const answer = await client.track({ customerId, featureId: MESSAGES, idempotencyKey: key });
        if (answer.__typename !== 'TrackSuccess') throw new Error(`a use was refused: ${JSON.stringify(answer)}`);
        answered.set(key, { customerId, sequence: answer.entry.sequence, answeredAtMs: performance.now() });
        return;
      } catch (error) {
        failed.push({ key, error });
        if (failed.length > FAILURES_MAX) throw error;
        await wait(BACK_OFF_MS);
      }
    }
  }

  const calling = customerIds.flatMap((customerId) =>
    clients.flatMap((client, place) =>
      Array.from({ length: CALLERS }, async (_, caller) => {
        for (let turn = 0; !isOver; turn += 1) await use(client, customerId, [name, customerId, place, caller, turn].join(' '));
      }),
    ),
  );
  return {
    answered,
    failed,
    async end() {
      isOver = true;
      await Promise.all(calling);
    },
  };
}

/** Each answered use is there once, and is the entry that it was answered with. */
export async function expectKept(databaseUrl: string, answered: Uses['answered']): Promise<void> {
  const rows = await runOn(databaseUrl, `SELECT idempotency_key AS key, sequence::int FROM ledger_entry WHERE kind = 'USAGE'`);
  const kept = new Map(rows.map(({ key, sequence }) => [key, sequence]));
  expect(kept.size).toBe(rows.length);
  expect([...answered].filter(([key, { sequence }]) => kept.get(key) !== sequence)).toEqual([]);
}
