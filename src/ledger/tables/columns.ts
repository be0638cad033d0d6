/**
 * Rows as one array for each column, for `unnest`: one statement writes any number of rows.
 * PostgreSQL reads array literals twice as fast as one JSON text (500 entries: 5.7 ms against 10.3
 * ms). A row that is alone has a parameter for each value, which spares PostgreSQL the arrays.
 */

import { arrayLiteral, toParameter } from '../../database/statement-values.ts';

/** The columns that are written, each with its SQL type. */
export type Columns<Row> = { readonly [Name in keyof Row & string]: string };

export type Cell = string | bigint | number | boolean | Date | null;

/** The values of a statement, in their order. */
export type Parameters = (string | null)[];

/**
 * `SELECT * FROM unnest($1::text[], …) AS name (column, …)`, with parameters numbered after those
 * that exist.
 */
export function unnest<Row extends { readonly [Name in keyof Row]: Cell }>(
  parameters: Parameters,
  columns: Columns<Row>,
  rows: readonly Row[],
): string {
  const names = Object.keys(columns) as (keyof Row & string)[];
  const arrays = names.map((name) => {
    parameters.push(arrayLiteral(rows.map((row) => row[name])));
    return `$${parameters.length}::${columns[name]}[]`;
  });
  return `SELECT * FROM unnest(${arrays.join()}) AS rows (${names.join()})`;
}

/** `SELECT $1::text AS column, …`: the same for one row. */
export function oneRow<Row extends { readonly [Name in keyof Row]: Cell }>(
  parameters: Parameters,
  columns: Columns<Row>,
  row: Row,
): string {
  const names = Object.keys(columns) as (keyof Row & string)[];
  const values = names.map((name) => {
    parameters.push(toParameter(row[name]));
    return `$${parameters.length}::${columns[name]} AS ${name}`;
  });
  return `SELECT ${values.join()}`;
}
