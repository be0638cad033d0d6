/** The parameters that change the items of a subscription, or ask what a change would cost. */
import { z } from 'zod';
import type { ItemChange } from '../acts/planned-change.ts';
import { type LineParams, pricedLine } from '../acts/prices.ts';
import type { PricedLine } from '../objects/catalogue.ts';
import { refusedParam } from '../wire/api-error.ts';
import { flag, integerAtLeast, list, text } from '../wire/params.ts';
import type { Call } from './endpoint.ts';
import { priceLine } from './price-params.ts';

export const newItemParams = z.strictObject({ ...priceLine, quantity: integerAtLeast(1).default(1) });

export const itemChange = z.strictObject({
  id: text.optional(),
  deleted: flag.optional(),
  ...priceLine,
  quantity: integerAtLeast(1).optional(),
});

export const prorationBehavior = z.enum(['create_prorations', 'always_invoice', 'none']).default('create_prorations');

export const anchorParam = z.strictObject({ type: z.enum(['now', 'unchanged']) }).default({ type: 'unchanged' });

export const itemChanges = list(itemChange, { most: 40 });
export const onceLines = list(newItemParams).default([]);

/** @throws SandboxApiError where one of the prices does not recur, or does not exist. */
export async function itemChangesOf(
  call: Call,
  changes: readonly z.output<typeof itemChange>[],
  param: string,
): Promise<readonly ItemChange[]> {
  const read: ItemChange[] = [];
  for (const [index, { id, deleted, price, price_data, quantity }] of changes.entries()) {
    const isPriced = price !== undefined || price_data !== undefined;
    if (id === undefined && !isPriced) throw refusedParam(`${param}[${index}]`, 'You must specify a price or an item.');
    const line = isPriced ? await recurringLine(call, { quantity: 1, price, price_data }, `${param}[${index}]`) : undefined;
    read.push({ id, isDeleted: deleted, price: line?.price, quantity });
  }
  return read;
}

export async function recurringLine(call: Call, params: LineParams, param: string): Promise<PricedLine> {
  const line = await pricedLine(call, params, param);
  if (line.price.recurring !== null) return line;
  throw refusedParam(
    param.replace(/\[\d+\]$/, ''),
    'The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.',
  );
}

export async function linesOf(call: Call, params: readonly LineParams[], param: string): Promise<readonly PricedLine[]> {
  const lines: PricedLine[] = [];
  for (const [index, line] of params.entries()) lines.push(await pricedLine(call, line, `${param}[${index}]`));
  return lines;
}
