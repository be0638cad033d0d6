/** The long form: every row, the pushes, and the customer of long standing. */
import { interleave, type Turns } from './interleave.ts';
import type { Parties } from './parties.ts';
import { linesOf, type Measured, type MeasuredPushes, pushTable, ratioTable } from './report.ts';
import { AGED, AGED_ROWS, PUSH_ROWS, ROWS, type Row } from './rows.ts';
import { ageCustomer, ENTRIES } from './subject/aged-customer.ts';
import { customerName, FEATURE } from './subject/catalogue.ts';

export interface MeasureOptions {
  readonly databaseUrl: string;
  /** Only rows with this text in their names. */
  readonly only?: string | undefined;
  readonly print: (line: string) => void;
}

const TURNS: Turns = { warmUpSeconds: 3, turns: 5, seconds: Number(process.env['BENCH_SECONDS'] ?? 2) };
const PUSH_SECONDS = 10;

/** @returns the tables of the page. */
export async function measureRows(
  parties: Parties,
  { databaseUrl, only = '', print }: MeasureOptions,
): Promise<{ ratios: string; pushes: string }> {
  const isAsked = ({ name }: { readonly name: string }) => name.includes(only);
  const measured: Measured[] = [];
  const measureRow = async (row: Row) => {
    const rivals = row.against.map(({ rival }) => parties.rivalOf(row, rival));
    const comparison = await interleave(parties.brimOf(row), rivals, TURNS, row.by);
    measured.push({ row, comparison });
    for (const line of linesOf({ row, comparison })) print(line);
  };
  for (const row of ROWS.filter(isAsked)) await measureRow(row);

  const pushes: MeasuredPushes[] = [];
  for (const row of PUSH_ROWS.filter(isAsked)) {
    pushes.push({ row, rate: await parties.pushes({ ...row, seconds: PUSH_SECONDS }) });
    print(pushTable(pushes.slice(-1)));
  }

  const aged = AGED_ROWS.filter(isAsked);
  if (aged.length > 0) {
    print(`Writing ${ENTRIES} entries of one customer …`);
    await ageCustomer(databaseUrl, customerName(AGED), FEATURE);
  }
  for (const row of aged) await measureRow(row);
  return { ratios: ratioTable(measured), pushes: pushTable(pushes) };
}
