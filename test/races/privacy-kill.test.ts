import { expect, it } from 'vitest';
import { holdAccount } from '../support/row-holder.ts';
import { openSharedShop } from '../support/shop/two-processes.ts';
import { createCustomer, grant, MESSAGES } from '../support/shop.ts';
import { until } from '../support/witness.ts';

const shop = openSharedShop();

it('kill -9 in the middle of an operation leaves its entry in the audit log, and an erasure half done to the other process', async () => {
  const { here, there, sql, databaseUrl } = shop;
  await createCustomer(there, 'held');
  await createCustomer(there, 'gone');
  const log = async () => (await here.data('{ auditLog(customerId: "held") { nodes { operation outcome } } }')).auditLog.nodes;
  // The switch is committed, and the batches fail.
  await sql.rows('ALTER TABLE command RENAME TO command_away');
  const erased = await there.data(
    'mutation { eraseCustomer(input: { customerId: "gone" }) { ... on EraseCustomerSuccess { complete } } }',
  );
  expect(erased.eraseCustomer).toEqual({ complete: false });
  expect(await sql.rows('SELECT customer_id FROM erasure')).toEqual([{ customer_id: 'gone' }]);
  const holder = await holdAccount(databaseUrl, 'held');
  try {
    const lost = grant(there, { customerId: 'held', featureId: MESSAGES, amount: '5' }).catch(() => 'lost');
    await until(() => holder.blocked());
    there.kill();
    await Promise.all([there.exited, lost]);
  } finally {
    await sql.rows('ALTER TABLE command_away RENAME TO command');
    await holder.letGo();
  }
  await until(async () =>
    expect(await log()).toEqual([
      { operation: 'grantBalance', outcome: 'UNKNOWN' },
      { operation: 'createCustomer', outcome: 'DONE' },
    ]),
  );
  await until(async () => expect(await sql.rows('SELECT 1 FROM erasure WHERE done_at IS NOT NULL')).toHaveLength(1), 20_000);
  expect(await sql.rows(`SELECT 1 FROM ledger_entry WHERE customer_id = 'gone'`)).toEqual([]);
});
