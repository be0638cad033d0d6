/** What Brim tells of itself: /metrics on a port of its own, and lines of the log. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openLog } from '../../src/platform/log.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { METRICS, readMetric, readMetrics, seriesOf } from '../support/metrics.ts';
import { attachTopUp, createCustomer, createCustomerToken, fillShop, grant, track } from '../support/shop.ts';
import { until } from '../support/witness.ts';
import { openLines } from './fixture.ts';

describe('metrics', () => {
  let brim: TestBrim;
  beforeAll(async () => {
    brim = await openBrim({ config: { metrics: METRICS } });
  });
  const read = () => readMetrics(brim);
  const current = (series: string) => readMetric(brim, series);

  it('count operations by root field, and refusals by code', async () => {
    await fillShop(brim);
    await createCustomer(brim, 'counted');
    await grant(brim, { customerId: 'counted', amount: '10' });
    for (const _ of [1, 2, 3]) await track(brim, { customerId: 'counted' });
    await brim.query('{ nothing }');
    await brim.query('{ customers(first: 1) { nodes { id } } }', {}, 'brim_sk_wrong');
    const text = await read();
    const field = (name: string) => seriesOf(text, `brim_operation_seconds_count{type="mutation",field="${name}"}`);
    expect([...field('track').values()]).toEqual([3]);
    expect([...field('grantBalance').values()]).toEqual([1]);
    expect(seriesOf(text, 'brim_refusals_total').get('brim_refusals_total{code="UNAUTHENTICATED"}')).toBe(1);
    expect(seriesOf(text, 'brim_refusals_total').get('brim_refusals_total{code="GRAPHQL_VALIDATION_FAILED"}')).toBe(1);
    expect(text).not.toContain('counted');
  });

  it('show batches, subscribers, pushes, and how late they were', async () => {
    await createCustomer(brim, 'watched');
    const token = await createCustomerToken(brim, 'watched');
    const changes = brim.socket(token).iterate<Record<string, unknown>>({ query: 'subscription { balanceChanged { cause } }' });
    await grant(brim, { customerId: 'watched', amount: '10' });
    await changes.next();
    await track(brim, { customerId: 'watched' });
    expect(await current('brim_subscribers')).toBe(1);
    expect(await current('brim_connections{kind="socket"}')).toBe(1);
    expect(await current('brim_connections{kind="stream"}')).toBe(0);
    const leave = new AbortController();
    const stream = await fetch(`${brim.url}/graphql?query=${encodeURIComponent('subscription { balanceChanged { cause } }')}`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
      signal: leave.signal,
    });
    expect(stream.status).toBe(200);
    expect(await current('brim_connections{kind="socket"}')).toBe(1);
    expect(await current('brim_connections{kind="stream"}')).toBe(1);
    leave.abort();
    await until(async () => expect(await current('brim_connections{kind="stream"}')).toBe(0));
    await until(async () => expect(await current('brim_feed_lag_seconds_count')).toBeGreaterThan(0));
    await until(async () => expect(await current('brim_pushes_total')).toBeGreaterThan(0));
    await changes.return?.(undefined);
    await until(async () => expect(await current('brim_subscribers')).toBe(0));
    expect(await current('brim_ledger_batch_seconds_count')).toBeGreaterThan(1);
    expect(await current('brim_ledger_queued_commands')).toBe(0);
  });

  it('show what waits in the database, and calls to Stripe', async () => {
    await createCustomer(brim, 'buying');
    await attachTopUp(brim, 'buying', '100');
    // Several readers share what was read some seconds ago.
    await until(async () => expect(await current('brim_purchases_pending')).toBe(1));
    expect(await current('brim_purchases_overdue')).toBe(0);
    expect(await current('brim_webhook_deliveries_open')).toBe(0);
    const calls = seriesOf(await read(), 'brim_stripe_call_seconds_count');
    expect(calls.get('brim_stripe_call_seconds_count{kind="write",outcome="answered"}')).toBeGreaterThan(0);
  });

  it('are what the dashboard shows and the documentation lists', async () => {
    const names = [...(await read()).matchAll(/^# TYPE (\w+) (\w+)/gm)];
    const series = names.flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => `${name}${part}`) : [name],
    );
    const dashboard = readFileSync('deploy/grafana-dashboard.json', 'utf8');
    const asked = [...dashboard.matchAll(/\b(?:brim|nodejs)_\w+/g)].map(([name]) => name);
    expect(asked.filter((name) => !series.includes(name))).toEqual([]);
    const own = names.map(([, name = '']) => name).filter((name) => name.startsWith('brim_'));
    expect(own.filter((name) => !asked.some((each) => each.startsWith(name)))).toEqual([]);
    const listed = [...readFileSync('docs/metrics-and-logs.md', 'utf8').matchAll(/^\| `(brim_\w+)`/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual(own.sort());
  });

  it('are at no other path, and not at the port of customers', async () => {
    const { origin } = new URL(brim.app.metricsUrl ?? '');
    expect((await fetch(`${origin}/graphql`)).status).toBe(404);
    expect((await fetch(`${brim.url}/metrics`)).status).toBe(404);
  });

  it('refuse a port that is taken, by the name of its variable', async () => {
    const port = Number(new URL(brim.app.metricsUrl ?? '').port);
    const second = openBrim({ databaseUrl: brim.databaseUrl, config: { metrics: { ...METRICS, port } } });
    await expect(second).rejects.toThrow(/BRIM_METRICS_PORT/);
  });

  it('go on without the database, and end with the app', async () => {
    const url = brim.app.metricsUrl ?? '';
    await brim.close();
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('the log of operations', () => {
  const { lines, log } = openLines();
  const operations = () => lines.filter(({ msg }) => msg === 'operation');

  it('has a line for each refused operation and a sample of the others, with the id of the request', async () => {
    const brim = await openBrim({ log, config: { logOneIn: 10 } });
    try {
      for (const _ of Array.from({ length: 20 })) await brim.data('{ features { id } }');
      expect(operations()).toEqual([
        expect.objectContaining({ type: 'query', field: 'features', caller: 'key', why: 'sample' }),
        expect.objectContaining({ type: 'query', field: 'features', caller: 'key', why: 'sample' }),
      ]);
      lines.length = 0;
      await brim.query('{ nothing(secret: "a personal word") }');
      const refused = await fetch(`${brim.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer brim_sk_wrong_0123456789' },
        body: JSON.stringify({ query: '{ features { id } }' }),
      });
      expect(operations()).toEqual([
        expect.objectContaining({ codes: ['GRAPHQL_VALIDATION_FAILED'], why: 'refused' }),
        expect.objectContaining({
          codes: ['UNAUTHENTICATED'],
          why: 'refused',
          requestId: refused.headers.get('x-request-id'),
        }),
      ]);
      expect(JSON.stringify(lines)).not.toMatch(/personal|brim_sk/);
    } finally {
      await brim.close();
    }
  });

  it('costs nothing where nobody reads it', async () => {
    const brim = await openBrim({ log: openLog('silent'), config: { logOneIn: 1 } });
    lines.length = 0;
    await brim.data('{ features { id } }');
    await brim.close();
    expect(lines).toEqual([]);
  });
});
