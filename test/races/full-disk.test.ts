/**
 * The disk of the database is full, and then it is not: what is answered is so, /ready says it, and
 * all goes on by itself.
 */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { patience } from '../support/deadlines.ts';
import { brimProcesses } from '../support/process.ts';
import { balanceOf, createCustomer, fillShop, grant, MESSAGES, openShop, track } from '../support/shop.ts';
import { openSmallDisk } from '../support/small-disk.ts';
import { until, watch } from '../support/witness.ts';

const HEALS_WITHIN_MS = 60_000;
const readiness = async ({ url }: { readonly url: string }) => (await fetch(`${url}/ready`)).json();

interface Asked {
  query(document: string, variables?: Record<string, unknown>): Promise<Answer>;
}
const send = (brim: Asked, idempotencyKey: string, properties = {}) =>
  brim.query(
    `mutation ($input: TrackInput!) { track(input: $input) { __typename ... on TrackSuccess { replayed } ... on Error { message } } }`,
    { input: { customerId: 'ada', featureId: MESSAGES, value: '1', idempotencyKey, properties } },
  );

describe.concurrent('a write that is refused because the disk is full', () => {
  it('is in /ready until the disk has been written to again', { timeout: patience(60_000) }, async () => {
    const brim = await openShop();
    await createCustomer(brim, 'ada');
    await runOn(
      brim.databaseUrl,
      `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
       CREATE TRIGGER full_disk BEFORE INSERT ON ledger_entry EXECUTE FUNCTION full_disk()`,
    );
    expect(await readiness(brim)).toEqual({ status: 'ready' });
    expect(await send(brim, 'one')).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE', retryable: true } }] });
    expect(await readiness(brim)).toEqual({
      status: 'degraded',
      reasons: [expect.stringContaining('disk of the database is full')],
    });
    await until(async () => expect(await readiness(brim)).toEqual({ status: 'ready' }), 20_000);
    await brim.close();
  });
});

describe.concurrent('a disk that is really full, beneath the embedded server', () => {
  const processes = brimProcesses();
  let disk: Awaited<ReturnType<typeof openSmallDisk>>;
  beforeAll(async () => {
    disk = await openSmallDisk(192);
  });
  afterAll(async () => {
    await processes.end();
    await disk?.close();
  });

  it('loses nothing that was answered, says so, and heals without a hand', { timeout: patience(180_000) }, async ({ skip }) => {
    if (!disk) return skip('no small disk can be mounted here');
    const brim = await processes.start({ database: { dataDir: path.join(disk.dir, 'data') } });
    await fillShop(brim);
    await createCustomer(brim, 'ada');
    await grant(brim, { customerId: 'ada', amount: '100000' });
    const seen = await watch(brim.socket(), 'ada');
    await track(brim, { customerId: 'ada' });
    await disk.fill();

    const taken: string[] = [];
    const refused: string[] = [];
    await until(async () => {
      const key = `use-${taken.length + refused.length}`;
      const { data, errors } = await send(brim, key, { note: 'x'.repeat(8_000) });
      (data?.track ? taken : refused).push(key);
      if (errors)
        expect(errors).toMatchObject([
          { extensions: { retryable: true, code: expect.stringMatching(/^(UNAVAILABLE|OUTCOME_UNKNOWN)$/) } },
        ]);
      expect(refused.length).toBeGreaterThan(3);
    }, HEALS_WITHIN_MS);
    await until(async () => expect(JSON.stringify(await readiness(brim))).toMatch(/full|No space left/), HEALS_WITHIN_MS);

    await disk.empty();
    await until(async () => expect(await readiness(brim)).toEqual({ status: 'ready' }), HEALS_WITHIN_MS);
    for (const key of taken) expect((await send(brim, key)).data.track).toMatchObject({ replayed: true });
    for (const key of refused) expect((await send(brim, key)).data.track).toMatchObject({ __typename: 'TrackSuccess' });
    const uses = taken.length + refused.length + 1;
    expect(await balanceOf(brim, 'ada')).toMatchObject({ usage: String(uses) });
    await seen.sees(uses + 2, 30_000);
    seen.expectGapless();
    brim.kill('SIGTERM');
    expect(await brim.exited).toEqual({ code: 0, signal: null });
  });
});
