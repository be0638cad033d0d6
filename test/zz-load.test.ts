import pg from 'pg';
import { afterAll, beforeAll, test } from 'vitest';
import { openBrim, type TestBrim } from './support/brim.ts';
const log = (...a: unknown[]) => console.log(...a.map((x) => (typeof x === 'string' ? x : JSON.stringify(x))));
const DAY = 86400000;
let now = Date.parse('2026-01-31T00:00:00Z'); const clock = { now: () => new Date(now) };
let brim: TestBrim; const m = (d: string) => brim.query(d);
beforeAll(async () => { brim = await openBrim({ clock });
  await m(`mutation { a: createFeature(input:{id:"f",name:"F",type:METERED}){__typename} c: createCustomer(input:{id:"c"}){__typename}}`); });
afterAll(() => brim.close());

test('usage at the end of time', async () => {
  log('usage', await m(`{customer(id:"c"){usage(featureId:"f",from:"9999-12-01T00:00:00Z",to:"9999-12-31T00:00:00Z",bucket:MONTH){start}}}`));
});
test('expired held repays', async () => {
  const bal = async () => (await m(`{customer(id:"c"){balance(featureId:"f"){remaining granted held usage}}}`)).data.customer.balance;
  await m(`mutation {grantBalance(input:{customerId:"c",featureId:"f",amount:"10",expiresAt:"2026-02-01T00:00:00Z"}){__typename}}`);
  const h = await m(`mutation {placeHold(input:{customerId:"c",featureId:"f",amount:"8",expiresInSeconds:864000}){... on PlaceHoldSuccess{hold{id}}}}`);
  now += 2 * DAY;
  await m(`mutation {track(input:{customerId:"c",featureId:"f",value:"3",onShortfall:OVERDRAW}){__typename}}`);
  log('overdrawn', await bal());
  await m(`mutation {releaseHold(input:{holdId:"${h.data.placeHold.hold.id}"}){__typename}}`);
  log('released a hold of an expired grant', await bal());
});
test('late comeback', async () => {
  await m(`mutation { fr: createPlan(input:{id:"free",name:"F",group:"x",autoEnable:true,items:[{featureId:"f",included:"5",reset:{unit:DAY},expiresAfter:{unit:MONTH}}]}){__typename}
   p: createPlan(input:{id:"pro",name:"M",group:"x",items:[{featureId:"f",included:"100",reset:{unit:MONTH}}]}){__typename}}`);
  await m(`mutation {createCustomer(input:{id:"late"}){__typename}}`);
  const a = await m(`mutation { attachPlan(input:{customerId:"late",planId:"pro"}){... on AttachPlanSuccess{purchase{id}}} }`);
  await m(`mutation { cancelPurchase(input:{purchaseId:"${a.data.attachPlan.purchase.id}",when:PERIOD_END}){__typename } }`);
  now += 100 * DAY;
  await new Promise((r) => setTimeout(r, 7000));
  log('late', await m(`{customer(id:"late"){balance(featureId:"f"){remaining granted nextResetAt nextExpiryAt} ledger(first:6){nodes{kind amount occurredAt recordedAt}} purchases{nodes{plan{id} status}}}}`));
}, 20000);
test('scheduler batch with one locked account', async () => {
  const c = new pg.Client({ connectionString: brim.databaseUrl }); await c.connect();
  const due = new Date(now + DAY);
  await c.query(`insert into account (customer_id, sequence, next_due_at) select 'k'||lpad(i::text,4,'0'), 0, $1 from generate_series(1,500) i`, [due]);
  await c.query(`insert into customer (id, metadata, created_at) select 'k'||lpad(i::text,4,'0'), '{}', $1 from generate_series(1,500) i`, [due]);
  await c.query('begin'); await c.query(`select 1 from account where customer_id='k0500' for update`);
  now += DAY; brim.app.domain.ledger.post({ customerId: 'c', postings: [] });
  const t0 = performance.now();
  const c2 = new pg.Client({ connectionString: brim.databaseUrl }); await c2.connect();
  for (let i = 0; i < 400; i++) { await new Promise((r) => setTimeout(r, 20)); const n = (await c2.query(`select count(*)::int n from pg_stat_activity where wait_event_type='Lock'`)).rows[0].n; if (n > 0) break; }
  log('scheduler waits for lock after', Math.round(performance.now() - t0));
  const one = async (id: string) => { const t = performance.now(); const r = await m(`mutation{track(input:{customerId:"${id}",featureId:"f"}){__typename}}`); log(id, Math.round(performance.now() - t), r); };
  await Promise.all(['k0005', 'k0300', 'c'].map(one));
  await c.query('rollback'); await c.end(); await c2.end();
}, 40000);
