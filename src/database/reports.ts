/**
 * Which reads may be answered by a replica (DATABASE_READ_URL), and where each is answered.
 *
 * The rule. A read is a report if it lists or sums what was, for somebody to look at: its cost
 * grows with history or with the number of customers, Brim decides nothing by it, and it is not
 * pushed. All other reads are the primary's: balances, checks, one object by its id, purchases and
 * payments, idempotency, keys and tokens, the feed, what leads to a write, and what verifies the
 * ledger that Brim answers from.
 *
 * A report lags no more than any other read: the replica answers it once it has all that anybody
 * was answered before (replica.ts). If it cannot, the primary answers.
 */
import { facts } from '../platform/facts.ts';
import type { ReplicaState } from './replica-state.ts';
import type { StatementValue } from './statement-values.ts';
import type { Statements } from './statements.ts';

/** All reports, and what each reads, in words. */
export const REPORTS = {
  usage: 'what a customer used of a feature over time, as sums and counts',
  ledger: "the pages of a customer's ledger after the first",
  ledgerOfAll: 'the entries of all customers',
  customers: 'the list of all customers, the search in it, and their number',
  auditLog: 'the audit log',
  webhookDeliveries: "the log of an endpoint's deliveries",
  export: 'the rows of an export of a customer',
} as const;

export type Report = keyof typeof REPORTS;

export interface Reports {
  /**
   * What runs the statements of a report, as `Statements` does. @throws as `Statements.read`.
   */
  of(report: Report): Pick<Statements, 'read'>;
}

const reportFacts = facts('report');

/** @param replica Left out: the primary answers all reports. */
export function openReports(primary: Pick<Statements, 'read'>, replica?: ReplicaState): Reports {
  if (!replica) return { of: () => primary };
  return {
    of: (report) => ({
      async read<Row>(text: string, values: readonly StatementValue[] = []) {
        const rows = await replica.read<Row>(text, values);
        reportFacts.publish({ report, from: rows ? 'replica' : 'primary' });
        return rows ?? primary.read<Row>(text, values);
      },
    }),
  };
}
