/**
 * The short form: measures the guarded rows, and refuses one whose ratio has fallen to less than
 * half of what docs/benchmarks.md says. A row that seems to have fallen is measured again, because
 * a machine that does other work at the same time can halve a ratio for a moment.
 */
import { interleave, type Turns } from './interleave.ts';
import type { Parties } from './parties.ts';
import { linesOf, ratioName } from './report.ts';
import type { Row } from './rows.ts';

const SHORT: Turns = { warmUpSeconds: 2, turns: 3, seconds: 1 };
const TRIES = 3;
const SHARE = 0.5;

/** @returns the sentences about the rows that have fallen. */
export async function guard(
  parties: Parties,
  rows: readonly Row[],
  published: ReadonlyMap<string, number>,
  print: (line: string) => void,
): Promise<readonly string[]> {
  const fallen: string[] = [];
  for (const row of rows) fallen.push(...(await guardRow(parties, row, published, print)));
  return fallen;
}

async function guardRow(
  parties: Parties,
  row: Row,
  published: ReadonlyMap<string, number>,
  print: (line: string) => void,
): Promise<readonly string[]> {
  let problems: readonly string[] = [];
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const rivals = row.against.map(({ rival }) => parties.rivalOf(row, rival));
    const comparison = await interleave(parties.brimOf(row), rivals, SHORT, row.by);
    for (const line of linesOf({ row, comparison })) print(line);
    problems = problemsOf(row.name, comparison.ratios, published);
    if (problems.length === 0) return [];
  }
  return problems;
}

/** @returns a sentence for each ratio that has fallen, or of which nothing is published. */
export function problemsOf(
  name: string,
  ratios: readonly { readonly rival: string; readonly median: number }[],
  published: ReadonlyMap<string, number>,
): readonly string[] {
  return ratios.flatMap(({ rival, median }) => {
    const before = published.get(ratioName(name, rival));
    if (before === undefined) return [`${name} / ${rival}: docs/benchmarks.md has no such row. Run: npm run bench`];
    if (median >= before * SHARE) return [];
    return [`${name} / ${rival}: ${median.toFixed(2)} ×, less than half of the ${before} × in docs/benchmarks.md`];
  });
}
