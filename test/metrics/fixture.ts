/** A Brim whose metrics and lines of the log a test reads, as far as they are of that test. */
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { METRICS, readMetrics, seriesOf } from '../support/metrics.ts';
import { fillShop } from '../support/shop.ts';

export interface WatchedBrim {
  readonly brim: TestBrim;
  /** How often each series of the metric was counted in this test, by its labels. */
  newOf(metric: string): Promise<Record<string, number>>;
  /** The lines about operations and requests, without those of a sample. */
  told(): Lines;
  /** All lines, as they are written. */
  text(): string;
}

export type Lines = Record<string, unknown>[];

/** A log that keeps its lines. */
export function openLines() {
  const lines: Lines = [];
  return { lines, log: pino({ level: 'debug' }, { write: (text: string) => void lines.push(JSON.parse(text)) }) };
}

/** Opened before the tests of a file, with the shop's catalogue, and closed after them. */
export function watchBrim(): WatchedBrim {
  const { lines, log } = openLines();
  let brim: TestBrim;
  let before: ReadonlyMap<string, number>;

  async function series(): Promise<ReadonlyMap<string, number>> {
    return seriesOf(await readMetrics(brim), 'brim_');
  }

  beforeAll(async () => {
    brim = await openBrim({ log, config: { logOneIn: 0, metrics: METRICS } });
    await fillShop(brim);
  });
  afterAll(() => brim.close());
  beforeEach(async () => {
    before = await series();
    lines.length = 0;
  });

  return {
    get brim() {
      return brim;
    },
    async newOf(metric) {
      const own = [...(await series())].filter(([name]) => name.startsWith(`${metric}{`));
      const grown = own.map(([name, value]): [string, number] => [name.slice(metric.length), value - (before.get(name) ?? 0)]);
      return Object.fromEntries(grown.filter(([, by]) => by > 0));
    },
    told: () => lines.filter(({ msg }) => msg === 'operation' || msg === 'request'),
    text: () => JSON.stringify(lines),
  };
}
