/** Keeps docs/benchmarks.md: its text is written by hand, and its tables stand between marks. */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';

export const PAGE = path.resolve(import.meta.dirname, '../docs/benchmarks.md');

/** Puts each table between `<!-- name -->` and `<!-- /name -->`. */
export async function writePage(tables: Readonly<Record<string, string>>): Promise<void> {
  const machine = `Measured on ${new Date().toISOString().slice(0, 10)}: ${availableParallelism()} cores (${cpus()[0]?.model.trim()}), Node ${process.versions.node}.`;
  let page = await readFile(PAGE, 'utf8');
  for (const [name, table] of Object.entries(tables)) page = withTable(page, name, `${machine}\n\n${table}`);
  await writeFile(PAGE, page);
}

/** @throws Error where the page has no such place. */
export function withTable(page: string, name: string, table: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(open), page.indexOf(close)];
  if (from === -1 || to < from) throw new Error(`docs/benchmarks.md has no place for the table "${name}"`);
  return `${page.slice(0, from + open.length)}\n\n${table}\n\n${page.slice(to)}`;
}
