import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../bench/guard.ts';
import { PAGE, withTable } from '../../bench/page.ts';
import { ratioTable, readRatios } from '../../bench/report.ts';
import { ROWS } from '../../bench/rows.ts';

const [row] = ROWS;

describe('the table of ratios', () => {
  it('is read as it was written', () => {
    const comparison = {
      rate: { perSecond: 12_345, p50Ms: 1.25, p99Ms: 9 },
      ratios: [
        { rival: 'naive transaction', median: 6.25, least: 5, most: 7 },
        { rival: 'idle Yoga', median: 25.2, least: 20, most: 30 },
        { rival: 'bare node:http', median: 0.0512, least: 0.05, most: 0.06 },
      ],
    };
    if (!row) throw new Error('there are no rows');
    const table = ratioTable([{ row, comparison }]);
    expect(Object.fromEntries(readRatios(table))).toEqual({
      'ledger, spread / naive transaction': 6.3,
      'ledger, spread / idle Yoga': 25,
      'ledger, spread / bare node:http': 0.051,
    });
    expect(table).toContain('| ledger, spread | naive transaction | 6.3 × | 5.0 to 7.0 | ≥ 6 × | 12,345 | 1.3 | 9.0 |');
  });

  it('replaces the one in its place of the page, and nothing else', () => {
    const page = 'a\n<!-- ratios -->\nold\n<!-- /ratios -->\nz\n<!-- scale -->\n<!-- /scale -->\n';
    expect(withTable(page, 'ratios', '| new |')).toBe(
      'a\n<!-- ratios -->\n\n| new |\n\n<!-- /ratios -->\nz\n<!-- scale -->\n<!-- /scale -->\n',
    );
    expect(() => withTable(page, 'pushes', '')).toThrow('no place for the table "pushes"');
  });
});

describe('the short form', () => {
  const published = new Map([['check / bare node:http', 0.4]]);
  const problemsAt = (median: number, rival = 'bare node:http') => problemsOf('check', [{ rival, median }], published);

  it('refuses a ratio that is less than half of the published one', () => {
    expect(problemsAt(0.2)).toEqual([]);
    expect(problemsAt(0.19)).toEqual(['check / bare node:http: 0.19 ×, less than half of the 0.4 × in docs/benchmarks.md']);
  });

  it('refuses a row of which nothing is published', () => {
    expect(problemsAt(9, 'idle Yoga')).toEqual(['check / idle Yoga: docs/benchmarks.md has no such row. Run: npm run bench']);
  });

  it('has a published ratio for each of its rows', () => {
    const ratios = readRatios(readFileSync(path.resolve(PAGE), 'utf8'));
    const guarded = ROWS.filter(({ isGuarded }) => isGuarded);
    expect(guarded.length).toBeGreaterThan(3);
    expect(
      guarded.flatMap(({ name, against }) =>
        problemsOf(
          name,
          against.map(({ rival }) => ({ rival, median: 1e9 })),
          ratios,
        ),
      ),
    ).toEqual([]);
  });
});
