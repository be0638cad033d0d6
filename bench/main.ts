/**
 * `npm run bench` starts Brim as production runs it and what it is compared with, measures them in
 * turns, and writes docs/benchmarks.md. Ratios hold on other machines; rates do not.
 *
 * `-- --short` measures a few rows, and fails where a ratio has fallen to less than half of the
 * published one. `-- --only TEXT` prints the rows with this text in their names. `-- --scale`
 * compares 10,000 customers with 1,000,000 that have 20,000,000 entries. `-- --profile` writes
 * where the CPU of a call goes.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openDatabase } from './database.ts';
import { guard } from './guard.ts';
import { measureRows } from './measure-rows.ts';
import { PAGE, writePage } from './page.ts';
import { openParties, type Parties } from './parties.ts';
import { profileRows } from './profile/rows.ts';
import { readRatios } from './report.ts';
import { ROWS } from './rows.ts';
import { measureScale } from './scale.ts';
import { openBrim } from './subject/brim.ts';
import { createCatalogue } from './subject/catalogue.ts';

const { values: asked } = parseArgs({
  options: {
    short: { type: 'boolean' },
    scale: { type: 'boolean' },
    profile: { type: 'boolean' },
    only: { type: 'string' },
  },
});
const CUSTOMERS = asked.short ? 1_000 : 10_000;
const print = (line: string) => process.stdout.write(`${line}\n`);
// So that what runs at the exit also runs here.
for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const])
  process.once(signal, () => process.exit(code));

const database = await openDatabase();
try {
  if (asked.profile) await writePage({ profile: await profileRows(database, CUSTOMERS, print) });
  else if (asked.scale) await writePage({ scale: await measureScale(database.url, print) });
  else await withParties(asked.short ? guardShortForm : measure);
} finally {
  await database.close();
}

async function withParties(work: (parties: Parties) => Promise<void>): Promise<void> {
  const brim = await openBrim(database.url);
  print(`Preparing ${CUSTOMERS} customers …`);
  await createCatalogue(brim, CUSTOMERS);
  const parties = await openParties(brim, database.url, CUSTOMERS);
  await work(parties);
  await parties.close();
  await brim.close();
}

async function measure(parties: Parties): Promise<void> {
  const tables = await measureRows(parties, { databaseUrl: database.url, only: asked.only, print });
  if (asked.only === undefined) await writePage(tables);
}

async function guardShortForm(parties: Parties): Promise<void> {
  const guarded = ROWS.filter(({ isGuarded }) => isGuarded);
  const fallen = await guard(parties, guarded, readRatios(readFileSync(PAGE, 'utf8')), print);
  for (const sentence of fallen) process.stderr.write(`${sentence}\n`);
  if (fallen.length > 0) process.exitCode = 1;
}
