/** What PostgreSQL does for a statement, as EXPLAIN tells it. */
import { expect } from 'vitest';

/** A step of a plan, as EXPLAIN (ANALYZE, FORMAT JSON) nests them. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

export interface PlanRow {
  readonly 'QUERY PLAN': readonly { readonly Plan: PlanNode }[];
}

const nodesOf = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Runs the statement, and returns all steps of its plan. */
export async function planOf(
  text: string,
  run: (explained: string) => Promise<readonly PlanRow[]>,
): Promise<readonly PlanNode[]> {
  const [row] = await run(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`);
  return row?.['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)) ?? [];
}

/**
 * Expects that a table is read by index, and no row of it in vain. @returns how many rows were
 * read.
 */
export function rowsRead(plan: readonly PlanNode[], table: string): number {
  const visits = plan.filter((node) => node['Relation Name'] === table);
  expect(visits.length).toBeGreaterThan(0);
  expect(visits.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  expect(visits.map((node) => node['Rows Removed by Filter'] ?? 0).every((rows) => rows === 0)).toBe(true);
  return visits.reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0);
}
