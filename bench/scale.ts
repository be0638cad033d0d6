/**
 * Compares 10,000 customers with 1,000,000 customers that have 20,000,000 entries: tracks and
 * checks over HTTP, the start, and the memory of the process. A run takes some eight minutes and
 * 12 GB of disk.
 */
import { type Child, openChild } from './child.ts';
import type { CallersTask } from './load/callers.ts';
import { median, type Rate } from './rate.ts';
import { type Brim, openBrim } from './subject/brim.ts';
import { createCatalogue } from './subject/catalogue.ts';
import { multiplyCustomers } from './subject/many-customers.ts';

const FEW = 10_000;
const MANY = 1_000_000;
const TURNS = 5;
const SECONDS = 2;

interface Figures {
  readonly track: number;
  readonly check: number;
  readonly startMs: number;
  readonly memoryMb: number;
}

/** @returns the table of the page. */
export async function measureScale(databaseUrl: string, print: (line: string) => void): Promise<string> {
  const callers = await openChild<CallersTask, Rate>('load/callers');
  try {
    const first = await openBrim(databaseUrl);
    print(`Preparing ${FEW} customers …`);
    await createCatalogue(first, FEW);
    await first.close();
    const few = await figuresOf(databaseUrl, callers, FEW);
    await multiplyCustomers(databaseUrl, { from: FEW, to: MANY, entries: 20, print });
    const many = await figuresOf(databaseUrl, callers, MANY);
    return tableOf(few, many);
  } finally {
    await callers.close();
  }
}

async function figuresOf(databaseUrl: string, callers: Child<CallersTask, Rate>, customers: number): Promise<Figures> {
  const startMs = median([await startOnce(databaseUrl), await startOnce(databaseUrl), await startOnce(databaseUrl)]);
  const brim = await openBrim(databaseUrl);
  try {
    const rate = async (operation: 'track' | 'check') => {
      const rates: number[] = [];
      for (let turn = 0; turn <= TURNS; turn += 1) {
        const { perSecond } = await callers.run({
          over: 'http',
          url: brim.url,
          operation,
          callers: 64,
          seconds: SECONDS,
          customers,
          batch: 1,
        });
        // The first turn warms up.
        if (turn > 0) rates.push(perSecond);
      }
      return median(rates);
    };
    const [track, check] = [await rate('track'), await rate('check')];
    return { track, check, startMs, memoryMb: (await brim.memoryBytes()) / 2 ** 20 };
  } finally {
    await brim.close();
  }
}

async function startOnce(databaseUrl: string): Promise<number> {
  const brim: Brim = await openBrim(databaseUrl);
  await brim.close();
  return brim.startMs;
}

function tableOf(few: Figures, many: Figures): string {
  const lines = [
    ['tracks/s over HTTP, 64 callers', few.track, many.track, few.track / many.track],
    ['checks/s over HTTP, 64 callers', few.check, many.check, few.check / many.check],
    ['a second start, ms', few.startMs, many.startMs, many.startMs / few.startMs],
    ['resident memory after it, MB', few.memoryMb, many.memoryMb, many.memoryMb / few.memoryMb],
  ] as const;
  return [
    '| what | 10,000 customers | 1,000,000 customers, 20,000,000 entries | worse by |',
    '|---|---:|---:|---:|',
    ...lines.map(([what, a, b, ratio]) => `| ${what} | ${Math.round(a)} | ${Math.round(b)} | ${ratio.toFixed(2)} × |`),
  ].join('\n');
}
