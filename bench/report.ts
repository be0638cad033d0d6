/** The figures as tables: printed, and in docs/benchmarks.md, from which the short form reads. */
import type { Comparison, Ratio } from './interleave.ts';
import type { PushRate } from './load/pushes.ts';
import type { PushRow, Row } from './rows.ts';

export interface Measured {
  readonly row: Row;
  readonly comparison: Comparison;
}

export interface MeasuredPushes {
  readonly row: PushRow;
  readonly rate: PushRate;
}

const HEAD = [
  '| what | against | ratio | its spread | wanted | Brim /s | p50 ms | p99 ms |',
  '|---|---|---:|---|---|---:|---:|---:|',
];

export function ratioTable(measured: readonly Measured[]): string {
  return [...HEAD, ...measured.flatMap(linesOf)].join('\n');
}

export function linesOf({ row, comparison: { rate, ratios } }: Measured): string[] {
  return ratios.map((ratio) =>
    tableLine([
      row.name,
      ratio.rival,
      `${digits(ratio.median)} ×`,
      `${digits(ratio.least)} to ${digits(ratio.most)}`,
      wantedOf(row, ratio),
      whole(rate.perSecond),
      rate.p50Ms.toFixed(1),
      rate.p99Ms.toFixed(1),
    ]),
  );
}

function wantedOf(row: Row, { rival }: Ratio): string {
  const wanted = row.against.find((each) => each.rival === rival);
  if (wanted?.atLeast !== undefined) return `≥ ${wanted.atLeast} ×`;
  return wanted?.atMost === undefined ? '' : `≤ ${wanted.atMost} ×`;
}

export function pushTable(measured: readonly MeasuredPushes[]): string {
  const head = ['| pushes | wanted | pushes/s | p50 ms | p99 ms | missing |', '|---|---|---:|---:|---:|---:|'];
  const lines = measured.map(({ row, rate }) =>
    tableLine([row.name, row.wanted, whole(rate.perSecond), whole(rate.p50Ms), whole(rate.p99Ms), String(rate.missing)]),
  );
  return [...head, ...lines].join('\n');
}

/** The ratios of a table that ratioTable made, by `what` and `against`. */
export function readRatios(markdown: string): ReadonlyMap<string, number> {
  const lines = markdown.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([\d.]+) × \|/gm);
  return new Map([...lines].map(([, what, against, ratio]) => [ratioName(what ?? '', against ?? ''), Number(ratio)]));
}

export const ratioName = (what: string, against: string) => `${what} / ${against}`;

const tableLine = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const digits = (ratio: number) => (ratio >= 10 ? ratio.toFixed(0) : ratio.toPrecision(2));
const whole = (number: number) => Math.round(number).toLocaleString('en');
