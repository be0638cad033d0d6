/** OpenTelemetry traces of a running Brim, as a collector receives them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLog } from '../../src/platform/log.ts';
import { spans as recorder } from '../../src/platform/spans.ts';
import { subscribe, TEST_KEY, type TestBrim, take } from '../support/brim.ts';
import { type Collector, KINDS, openCollector, type ReceivedSpan } from '../support/collector.ts';
import { METRICS, readMetric } from '../support/metrics.ts';
import { holdAccount } from '../support/row-holder.ts';
import { untilStatus } from '../support/shop/purchases.ts';
import { attachTopUp, pay } from '../support/shop/top-ups.ts';
import { createCustomer, createCustomerToken, grant, openShop, track } from '../support/shop.ts';
import { until } from '../support/witness.ts';

const TRACK = 'mutation Take($input: TrackInput!) { track(input: $input) { __typename } }';
const EMAIL = 'jane.doe@private.example';
const CUSTOMER = 'customer-whom-nobody-names';
const KEY_OF_RETRY = 'idempotency-key-of-a-retry';
const WORD = 'a-word-in-a-document';

/** The trace of a caller, with the header that says so. */
function traceOf(number: number) {
  const traceId = `a${String(number).padStart(31, '0')}`;
  return { traceId, spanId: 'b7ad6b7169203331', header: `00-${traceId}-b7ad6b7169203331-01` };
}

/** Subscribes over an event stream, and leaves after the first event. */
async function readOneEvent({ url }: TestBrim, traceparent: string, token: string): Promise<void> {
  const leaving = new AbortController();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}`, traceparent },
    body: JSON.stringify({ query: 'subscription Streamed { balanceChanged { sequence } }' }),
    signal: leaving.signal,
  });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes('event: next')) break;
  }
  leaving.abort();
}

describe('the traces of a Brim', () => {
  const lines: Record<string, unknown>[] = [];
  let collector: Collector;
  let token = '';
  const traces = {
    tracked: traceOf(1),
    refused: traceOf(2),
    failed: traceOf(3),
    unsampled: traceOf(5),
    short: traceOf(6),
    streamed: traceOf(7),
  };
  const callers = Array.from({ length: 20 }, (_, index) => traceOf(10 + index));

  const send = (brim: TestBrim, header: string, query: string, variables: object = {}, credential = TEST_KEY) =>
    fetch(`${brim.url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', authorization: `Bearer ${credential}`, traceparent: header },
        'x-request-id': 'request-of-an-app',
      },
      body: JSON.stringify({ query, variables }),
    });
  const inTrace = ({ traceId }: { traceId: string }) => collector.spans.filter((span) => span.traceId === traceId);
  const only = (found: readonly ReceivedSpan[]): ReceivedSpan => {
    expect(found).toHaveLength(1);
    return found[0] as ReceivedSpan;
  };
  const firstIn = ({ traceId, spanId }: { traceId: string; spanId: string }) =>
    only(collector.spans.filter((span) => span.traceId === traceId && span.parentSpanId === spanId));

  beforeAll(async () => {
    collector = await openCollector();
    const log = openLog('debug', { write: (text: string) => void lines.push(JSON.parse(text)) });
    const brim = await openShop({
      log,
      config: { traces: collector.config, logOneIn: 1, metrics: METRICS },
    });
    await createCustomer(brim, CUSTOMER);
    token = await createCustomerToken(brim, CUSTOMER);
    await brim.data('mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { __typename } }', {
      input: { id: CUSTOMER, email: EMAIL },
    });
    await grant(brim, { customerId: CUSTOMER, amount: '1000', reason: WORD, idempotencyKey: KEY_OF_RETRY });
    const changes = subscribe(
      brim.socket(token),
      'subscription Live { balanceChanged(featureIds: ["premium_messages"]) { sequence } }',
    );
    await take(changes, 1);

    const input = { customerId: CUSTOMER, featureId: 'premium_messages', value: '5', idempotencyKey: `${KEY_OF_RETRY}-2` };
    expect(await (await send(brim, traces.tracked.header, TRACK, { input })).json()).toMatchObject({ data: { track: {} } });
    await take(changes, 1);
    await changes.return();
    await send(brim, traces.refused.header, `{ nothing(of: "${WORD}") }`);
    await send(brim, traces.failed.header, 'query Mine { customers(first: 1) { nodes { id } } }', {}, token);
    await send(brim, traces.unsampled.header.replace(/01$/, '00'), TRACK, { input: { ...input, idempotencyKey: 'other' } });
    await send(brim, traces.short.header, TRACK, {
      input: { ...input, value: '5000', idempotencyKey: 'more', onShortfall: 'REJECT' },
    });
    await fetch(`${brim.url}/customers/${EMAIL}?token=${WORD}`);
    // The first one's batch waits for the account, and all others wait for that batch.
    const holder = await holdAccount(brim.databaseUrl, CUSTOMER);
    const [first, ...others] = callers.map(
      ({ header }, index) =>
        () =>
          send(brim, header, TRACK, { input: { ...input, value: '1', idempotencyKey: `${KEY_OF_RETRY}-of-${index}` } }),
    );
    const sent = [first?.()];
    await until(() => holder.blocked());
    sent.push(...others.map((sendOther) => sendOther()));
    await until(async () => expect(await readMetric(brim, 'brim_ledger_queued_commands')).toBe(others.length));
    await holder.letGo();
    await Promise.all(sent);
    await fetch(`${brim.url}/customers/${CUSTOMER}/export?secret=${WORD}`, { headers: { authorization: `Bearer ${TEST_KEY}` } });
    await readOneEvent(brim, traces.streamed.header, token);
    const { purchaseId, checkoutUrl } = await attachTopUp(brim, CUSTOMER, '100');
    await pay(checkoutUrl);
    await untilStatus(brim, purchaseId, 'ACTIVE');
    // What is still in the queue is sent before the end.
    await brim.close();
  });
  afterAll(() => collector.close());

  it("go on with the caller's trace, from HTTP through GraphQL and the ledger to SQL", () => {
    const request = firstIn(traces.tracked);
    expect(request).toMatchObject({ name: 'POST /graphql', kind: KINDS.server, status: 0 });
    expect(request.attributes).toEqual({
      ...{ 'http.request.method': 'POST', 'http.route': '/graphql', 'http.response.status_code': 200 },
      ...{ 'url.scheme': 'http', 'network.protocol.version': '1.1', 'brim.request.id': 'request-of-an-app' },
    });
    const operation = only(collector.below(request).filter(({ name }) => name === 'mutation'));
    expect(operation).toMatchObject({
      kind: KINDS.server,
      attributes: { 'graphql.operation.type': 'mutation', 'graphql.operation.name': 'Take', 'brim.graphql.field': 'track' },
    });
    const batch = only(collector.below(operation).filter(({ name }) => name === 'ledger batch'));
    expect(batch.attributes).toEqual({ 'brim.ledger.commands': 1 });
    const statement = only(collector.below(batch).filter(({ name }) => name.includes('INSERT ledger_entry')));
    expect(statement).toMatchObject({
      kind: KINDS.client,
      attributes: {
        'db.system.name': 'postgresql',
        'db.query.text': expect.stringContaining('$1'),
        'db.namespace': expect.any(String),
      },
    });
  });

  it('say with which code an operation was refused, before it was executed and while it was', () => {
    expect(firstIn(traces.refused).attributes).toMatchObject({ 'brim.error.code': 'GRAPHQL_VALIDATION_FAILED' });
    expect(inTrace(traces.refused)).toHaveLength(1);
    const request = firstIn(traces.failed);
    expect(request.attributes).toMatchObject({ 'brim.error.code': 'FORBIDDEN' });
    expect(only(collector.below(request))).toMatchObject({ name: 'query', status: 2, attributes: { 'error.type': 'FORBIDDEN' } });
  });

  it('say what a payload refuses, which is no failure', () => {
    const [operation] = collector.below(firstIn(traces.short));
    expect(operation).toMatchObject({ name: 'mutation', status: 0 });
    expect(operation?.attributes['brim.refusals']).toEqual({ values: [{ stringValue: 'INSUFFICIENT_BALANCE' }] });
  });

  it('are not recorded where the caller does not record them', () => {
    expect(inTrace(traces.unsampled)).toEqual([]);
  });

  it('have a batch for several callers once, below the first and linked with the others', () => {
    const batches = callers.flatMap(inTrace).filter(({ name }) => name === 'ledger batch');
    const served = batches.flatMap(({ traceId, links }) => [traceId, ...links.map((link) => link.traceId)]);
    expect(served.toSorted()).toEqual(callers.map(({ traceId }) => traceId).toSorted());
    const { attributes, links } = only(batches.filter(({ links }) => links.length > 0));
    // The first caller has a batch of its own, and the second one's has all others.
    expect(links).toHaveLength(callers.length - 2);
    expect(attributes).toEqual({ 'brim.ledger.commands': callers.length - 1 });
    const linked = links.map(({ spanId }) => collector.spans.find((span) => span.spanId === spanId)?.name);
    expect(new Set(linked)).toEqual(new Set(['mutation']));
  });

  it('have each request to Stripe, without the ids in its path', () => {
    const calls = collector.spans.filter(({ name }) => /^(GET|POST) \/v1\//.test(name));
    const made = only(calls.filter(({ name }) => name === 'POST /v1/checkout/sessions'));
    expect(made).toMatchObject({
      kind: KINDS.client,
      attributes: { 'http.response.status_code': 200, 'brim.stripe.request.id': expect.stringMatching(/^req_/) },
    });
    const parent = collector.spans.find(({ spanId }) => spanId === made.parentSpanId);
    expect(parent).toMatchObject({ name: 'mutation', attributes: { 'brim.graphql.field': 'attachPlan' } });
    expect(calls.map(({ name }) => name)).toContain('GET /v1/checkout/sessions/{id}');
    expect(calls.filter(({ name }) => /\d{2}/.test(name))).toEqual([]);
  });

  it('have one for each event of a subscription, linked with the change that it tells of', () => {
    const events = collector.spans.filter(({ attributes }) => attributes['graphql.operation.name'] === 'Live');
    expect(events).toHaveLength(2);
    for (const event of events)
      expect(event).toMatchObject({
        ...{ name: 'subscription', parentSpanId: '' },
        attributes: { 'graphql.operation.type': 'subscription', 'brim.graphql.field': 'balanceChanged' },
      });
    const batch = only(inTrace(traces.tracked).filter(({ name }) => name === 'ledger batch'));
    expect(events.map(({ links }) => links.map(({ spanId }) => spanId))).toEqual([[], [batch.spanId]]);
  });

  it('keep what an event stream is told apart from the request that opened it', () => {
    expect(inTrace(traces.streamed).map(({ name }) => name)).toEqual(['SELECT customer', 'POST /graphql']);
    const told = collector.spans.filter(({ attributes }) => attributes['graphql.operation.name'] === 'Streamed');
    expect(told.map(({ parentSpanId }) => parentSpanId)).toEqual(told.map(() => ''));
    expect(told).not.toEqual([]);
  });

  it('have no personal data and no secrets', () => {
    const all = collector.texts.join('\n');
    expect(all).toContain('/customers/:customerId/export');
    for (const word of [EMAIL, 'jane.doe', CUSTOMER, KEY_OF_RETRY, WORD, TEST_KEY, token, 'Bearer', 'cs_'])
      expect(all).not.toContain(word);
  });

  it('are named in the lines of the log', () => {
    const operation = lines.find(({ msg, traceId }) => msg === 'operation' && traceId === traces.tracked.traceId);
    expect(operation).toMatchObject({ requestId: 'request-of-an-app', field: 'track' });
    expect(lines.find(({ codes }) => String(codes) === 'GRAPHQL_VALIDATION_FAILED')).toMatchObject({
      traceId: traces.refused.traceId,
    });
  });

  it('say which service they are of', () => {
    expect(collector.resources[0]).toMatchObject({
      'service.name': 'brim',
      'service.version': expect.stringMatching(/^\d+\.\d+\.\d+$/),
      'service.instance.id': expect.any(String),
    });
  });
});

describe('without a collector', () => {
  it('nobody records anything', async () => {
    const brim = await openShop();
    expect(recorder()).toBeUndefined();
    await brim.close();
  });
});

describe('a collector that', () => {
  const warnings: Record<string, unknown>[] = [];
  const log = openLog('warn', { write: (text: string) => void warnings.push(JSON.parse(text)) });
  const open = async (collector: Collector) => {
    warnings.length = 0;
    return openShop({ log, config: { traces: collector.config } });
  };
  const ask = (brim: TestBrim) => brim.data('{ features { id } }');

  it('fails is told of once, until it works again', async () => {
    let isBroken = true;
    const collector = await openCollector((response) => void response.writeHead(isBroken ? 500 : 200).end('{}'));
    const brim = await open(collector);
    while (collector.texts.length < 2) await ask(brim);
    isBroken = false;
    await brim.close();
    await collector.close();
    expect(warnings).toEqual([expect.objectContaining({ to: collector.config.url, msg: expect.stringContaining('traces: ') })]);
  });

  it('is silent slows down nobody, and the end only for a moment', async () => {
    const collector = await openCollector(() => undefined);
    const brim = await open(collector);
    while (collector.texts.length < 1) await ask(brim);
    await createCustomer(brim, 'somebody');
    expect(await track(brim, { customerId: 'somebody' })).toMatchObject({ __typename: 'TrackSuccess' });
    await brim.close();
    // The exporter gives up only after ten seconds, and would say so.
    expect(warnings).toEqual([]);
    await collector.close();
  });
});
