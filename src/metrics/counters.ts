/** What is counted as it happens. Seconds, as Prometheus wants them. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { onFact } from '../platform/facts.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const COMMANDS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000];

/** @returns what ends the counting. */
export function countFacts(registry: Registry): () => void {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <Label extends string>(name: string, help: string, buckets: number[], ...labelNames: readonly Label[]) =>
    new Histogram({ name, help, buckets, labelNames, registers });

  const operations = histogram(
    'brim_operation_seconds',
    'How long queries and mutations took, by root field, and calls to /v1, by verb.',
    SECONDS,
    ...(['type', 'field'] as const),
  );
  const failures = counter(
    'brim_operation_errors_total',
    'Errors of executed operations, by root field or verb, and code.',
    ...(['field', 'code'] as const),
  );
  const typedRefusals = counter(
    'brim_typed_refusals_total',
    'Refusals that are members of payloads, by root field and code, those of batches by item.',
    ...(['field', 'code'] as const),
  );
  const refusals = counter('brim_refusals_total', 'Errors in all that was answered and pushed, by code.', 'code');
  const requests = histogram(
    'brim_http_request_seconds',
    'How long all other requests took, by route, method and status.',
    SECONDS,
    ...(['route', 'method', 'status'] as const),
  );
  const pushes = counter('brim_pushes_total', 'Pushes to subscriptions.');
  const lag = histogram('brim_feed_lag_seconds', 'From the recording of an entry to its handing to a subscriber.', SECONDS);
  const commits = histogram('brim_ledger_batch_seconds', 'How long the ledger took to commit a batch.', SECONDS);
  const sizes = histogram('brim_ledger_batch_commands', 'Commands in a batch of the ledger.', COMMANDS);
  const stripe = histogram(
    'brim_stripe_call_seconds',
    'How long calls to Stripe took, by kind and outcome.',
    SECONDS,
    ...(['kind', 'outcome'] as const),
  );
  const verified = counter('brim_ledger_verified_customers_total', 'Customers that the background sample has verified.');
  const drift = new Gauge({
    name: 'brim_ledger_drift',
    help: 'Faults that the last tour of the background sample found in the ledger: 0, or somebody has changed its tables.',
    registers,
  });
  const reports = counter('brim_report_reads_total', 'Reports, by what answered them.', ...(['report', 'from'] as const));
  const replica = new Gauge({
    name: 'brim_replica_used',
    help: '1 while the replica of DATABASE_READ_URL answers reports; 0 while the primary does in its place.',
    registers,
  });
  // Where there is no replica, it is missing.
  replica.remove();

  const endings = [
    onFact('operation', (operation) => {
      const { type, field, ms, codes } = operation;
      operations.observe({ type, field }, ms / 1_000);
      for (const code of codes) failures.inc({ field, code });
      for (const refusal of operation.refusals) typedRefusals.inc({ field: refusal.field, code: refusal.code }, refusal.count);
    }),
    onFact('request', ({ route, method, status, ms }) => requests.observe({ route, method, status }, ms / 1_000)),
    onFact('refusal', ({ code }) => refusals.inc({ code })),
    onFact('push', () => pushes.inc()),
    // The database's clock may be a moment ahead of this machine's.
    onFact('change', ({ recordedAt }) => lag.observe(Math.max(0, Date.now() - recordedAt.getTime()) / 1_000)),
    onFact('batch', ({ commands, ms }) => {
      commits.observe(ms / 1_000);
      sizes.observe(commands);
    }),
    onFact('verified', ({ customers, faults }) => {
      verified.inc(customers);
      drift.set(faults);
    }),
    onFact('report', ({ report, from }) => reports.inc({ report, from })),
    onFact('replica', ({ isUsed }) => replica.set(isUsed ? 1 : 0)),
    onFact('stripe', ({ kind, outcome, ms }) => stripe.observe({ kind, outcome }, ms / 1_000)),
  ];
  return () => {
    for (const end of endings) end();
  };
}
