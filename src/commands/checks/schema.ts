import { findPending } from '../../database/migrate.ts';
import { StartError } from '../../platform/start-error.ts';
import type { DatabaseAddress } from '../with-database.ts';
import { type Ask, type Finding, fault, ok } from './finding.ts';

const ABOUT = 'schema';

/** The migrations, and the triggers that keep promises of their own. */
export async function checkSchema({ directUrl, variable }: DatabaseAddress): Promise<Finding> {
  try {
    const pending = await findPending(directUrl, { variable });
    if (pending.length === 0) return ok(ABOUT, 'has all migrations of this build');
    return fault(ABOUT, `lacks ${pending.length}: ${pending.join(', ')}.`, 'Run "brim migrate", or start Brim.');
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return fault(ABOUT, error.message, error instanceof StartError ? 'See above.' : 'Mend the history of its migrations.');
  }
}

/** What stops working without each trigger. */
const TRIGGERS: Readonly<Record<string, string>> = {
  ledger_entry_append_only: 'entries of the ledger can be changed',
  ledger_entry_notify: 'what others than Brim write is pushed late',
  purchase_notify: 'other processes hear of purchases late',
};

export async function checkTriggers(ask: Ask): Promise<readonly Finding[]> {
  const rows = await ask<{ name: string }>(`SELECT tgname AS name FROM pg_trigger WHERE tgname = ANY($1) AND tgenabled <> 'D'`, [
    Object.keys(TRIGGERS),
  ]);
  const present = new Set(rows.map(({ name }) => name));
  return Object.entries(TRIGGERS)
    .filter(([name]) => !present.has(name))
    .map(([name, consequence]) =>
      fault(ABOUT, `the trigger ${name} is missing or disabled: ${consequence}.`, 'Enable it with ALTER TABLE … ENABLE TRIGGER.'),
    );
}
