/** What a Brim shows at /metrics. */
import type { TestBrim } from './brim.ts';

/** `config.metrics` of a Brim whose metrics a test reads. */
export const METRICS = { host: '127.0.0.1', port: 0 };

/** All of it, as text. */
export async function readMetrics({ app }: Pick<TestBrim, 'app'>): Promise<string> {
  return (await fetch(app.metricsUrl ?? '')).text();
}

/** The values of the series whose names begin so, by name and labels. */
export function seriesOf(text: string, start: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line.startsWith(start) && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
}

/** The value of one series now; undefined where nothing has it. */
export async function readMetric(brim: Pick<TestBrim, 'app'>, series: string): Promise<number | undefined> {
  return seriesOf(await readMetrics(brim), series).get(series);
}
