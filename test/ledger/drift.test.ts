/** The background sample finds a changed row, and nothing in a ledger that only Brim wrote. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { sampleDrift } from '../../src/ledger/drift.ts';
import { openLog } from '../../src/platform/log.ts';
import { BEING_ERASED } from '../../src/privacy/erasure.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { METRICS, readMetric } from '../support/metrics.ts';
import { createCustomer, fillShop, grant, track } from '../support/shop.ts';
import { until } from '../support/witness.ts';

let brim: TestBrim;
beforeAll(async () => {
  brim = await openBrim({ config: { metrics: METRICS } });
  await fillShop(brim);
  for (const customerId of ['ada', 'bob']) {
    await createCustomer(brim, customerId);
    await grant(brim, { customerId, amount: '10' });
    await track(brim, { customerId });
  }
});
afterAll(() => brim?.close());

it('is 0, then the number of faults, and 0 again a tour after they are mended', async () => {
  const database = openDatabase({ url: brim.databaseUrl });
  const log = openLog('silent');
  const error = vi.spyOn(log, 'error');
  const sampling = sampleDrift({ database, log, passesOver: BEING_ERASED, everyMs: 20 });
  try {
    await until(async () => expect(await readMetric(brim, 'brim_ledger_verified_customers_total')).toBeGreaterThan(4));
    expect(await readMetric(brim, 'brim_ledger_drift')).toBe(0);
    expect(error).not.toHaveBeenCalled();
    await runOn(brim.databaseUrl, `UPDATE balance SET remaining = remaining + 1 WHERE customer_id = 'bob'`);
    await until(async () => expect(await readMetric(brim, 'brim_ledger_drift')).toBe(1));
    expect(error.mock.calls[0]).toEqual([
      { sequence: expect.any(String), problem: expect.stringContaining('remaining') },
      expect.stringContaining('brim verify'),
    ]);
    await runOn(brim.databaseUrl, `UPDATE balance SET remaining = remaining - 1 WHERE customer_id = 'bob'`);
    await until(async () => expect(await readMetric(brim, 'brim_ledger_drift')).toBe(0));
  } finally {
    await sampling.close();
    await database.close();
  }
});
