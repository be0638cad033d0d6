import { z } from 'zod';
import { type UsagePoint, usageSeries } from '../balances/usage-series.ts';
import type { LedgerEntryKind } from '../ledger/model/types.ts';
import { readNumber, writeCursor } from '../values/cursors.ts';
import { CustomerNotFoundError, refuseInput } from '../values/errors.ts';
import { id, readInput } from '../values/input.ts';
import { readPage } from '../values/page.ts';
import { toEvent } from './mappers/event.ts';
import { accepting, instant, NOT_SUPPORTED, optionalText, text, whole } from './wire/fields.ts';
import type { AutumnDeps, Call, Verbs } from './wire/verb.ts';

/** What was used, from the ledger of one customer. No index finds the uses of all customers. */
const customerId = z.string('must be given: a list of the events of all customers is not supported by Brim');
const features = z.union([text.transform((one) => [one]), z.array(text)], 'must be an id, or a list of ids');

const listInput = accepting({
  customer_id: customerId,
  feature_id: features.nullish(),
  start_cursor: optionalText,
  limit: whole.nullish(),
});

const aggregateInput = accepting({
  customer_id: customerId,
  feature_id: features,
  range: z.enum(['24h', '7d', '30d', '90d'], `must be 24h, 7d, 30d or 90d: a billing cycle ${NOT_SUPPORTED}`).nullish(),
  custom_range: accepting({ start: instant, end: instant }).nullish(),
  bin_size: z.enum(['hour', 'day', 'week', 'month']).nullish(),
});

const names = { from: 'custom_range.start', to: 'custom_range.end', bucket: 'bin_size' };

export function eventVerbs(deps: AutumnDeps): Verbs {
  return {
    'events.list': { scopes: ['READ'], names, repeats: 'harmless', run: (call) => list(deps, call) },
    'events.aggregate': { scopes: ['READ'], names, repeats: 'harmless', run: (call) => aggregate(deps, call) },
  };
}

/** The kinds of entries that record a use, or that a use was given back. */
const KINDS: readonly LedgerEntryKind[] = ['USAGE', 'SETTLE', 'REVERSAL'];

async function list({ customers, ledger }: AutumnDeps, { body }: Call) {
  const { customer_id, feature_id, start_cursor: cursor, limit } = readInput(listInput, body);
  if (!(await customers.find(customer_id))) throw new CustomerNotFoundError(customer_id);
  const featureIds = feature_id?.map((featureId) => readInput(id, featureId)) ?? [null];
  const page = await readPage({ first: limit, after: cursor || null }, readNumber, async ({ after: before, limit: most }) => {
    const pages = featureIds.map((featureId) =>
      ledger.reads.shownPage({ customerId: customer_id, featureId, kinds: KINDS, before, limit: most }),
    );
    return (await Promise.all(pages)).flat().sort((a, b) => Number(b.sequence - a.sequence));
  });
  const last = page.nodes.at(-1);
  return { list: page.nodes.map(toEvent), next_cursor: page.hasNextPage && last ? writeCursor(last.sequence.toString()) : null };
}

const HOUR_MS = 3_600_000;
const RANGE_HOURS = { '24h': 24, '7d': 7 * 24, '30d': 30 * 24, '90d': 90 * 24 } as const;

async function aggregate(deps: AutumnDeps, { body }: Call) {
  const { customer_id, feature_id, range, custom_range, bin_size } = readInput(aggregateInput, body);
  if (!(await deps.customers.find(customer_id))) throw new CustomerNotFoundError(customer_id);
  const bucket = (bin_size ?? (range === '24h' ? 'hour' : 'day')).toUpperCase();
  const { from, to } = rangeOf(range, custom_range, deps);
  const request = { customerId: customer_id, from, to, bucket };
  const series = await Promise.all(
    [...new Set(feature_id)].map(async (featureId) => {
      const points = await usageSeries(deps, { ...request, featureId });
      return { featureId, points, count: await countUses(deps, customer_id, featureId, points) };
    }),
  );
  const [firstSeries] = series;
  return {
    list: (firstSeries?.points ?? []).map(({ start }, index) => ({
      period: start.getTime(),
      values: Object.fromEntries(series.map(({ featureId, points }) => [featureId, points[index]?.usage ?? 0n])),
    })),
    total: Object.fromEntries(
      series.map(({ featureId, points, count }) => [
        featureId,
        { count, sum: points.reduce((sum, each) => sum + each.usage, 0n) },
      ]),
    ),
  };
}

type Range = z.output<typeof aggregateInput>;

/** The time that a request asks about. A range ends now, so its last bin is not over yet. */
function rangeOf(range: Range['range'], custom: Range['custom_range'], { clock }: AutumnDeps) {
  if (range && custom) refuseInput(['custom_range'], 'must be left out with a range');
  if (custom) return { from: custom.start, to: custom.end };
  if (!range) return refuseInput(['range'], 'must be given, or custom_range');
  const now = clock.now();
  return { from: new Date(now.getTime() - RANGE_HOURS[range] * HOUR_MS), to: now };
}

/** Counts the entries in the same whole buckets as the sums. */
async function countUses({ ledger }: AutumnDeps, customer: string, featureId: string, points: readonly UsagePoint[]) {
  const [first, last] = [points.at(0), points.at(-1)];
  return first && last ? ledger.reads.useCount({ customerId: customer, featureId, from: first.start, to: last.end }) : 0;
}
