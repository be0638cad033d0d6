/** The prices that calls name, or describe with `price_data`. */
import type Stripe from 'stripe';
import { stripeCounting } from '../../wire/minor-units.ts';
import { newPrice, newProduct, type PricedLine, type RecurringFacts } from '../objects/catalogue.ts';
import type { Records } from '../store/records.ts';
import { missingParam, refusedParam } from '../wire/api-error.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import type { Act } from './act.ts';

/** One line of a call: a price of the catalogue, or the description of one. */
export interface LineParams {
  readonly quantity: number;
  readonly price?: string | undefined;
  readonly price_data?: PriceData | undefined;
}

export interface PriceData {
  readonly currency: string;
  readonly unit_amount: number;
  readonly recurring?: RecurringFacts | undefined;
  readonly product?: string | undefined;
  readonly product_data?: ProductData | undefined;
}

interface ProductData {
  readonly name: string;
  readonly description?: string | undefined;
  readonly metadata: Stripe.Metadata;
}

/**
 * Makes what `price_data` describes.
 * @param param the line's name in errors, such as `line_items[0]`.
 * @throws SandboxApiError where Stripe would refuse the price, or does not have it.
 */
export async function pricedLine(act: Act, params: LineParams, param: string): Promise<PricedLine> {
  const { price: priceId, price_data: priceData, quantity } = params;
  if ((priceId === undefined) === (priceData === undefined))
    throw refusedParam(param, `You must specify either \`price\` or \`price_data\` in ${param}.`);
  if (priceData !== undefined) return { ...(await madePrice(act, priceData, `${param}[price_data]`)), quantity };
  const price = await act.records.find('price', priceId ?? '');
  if (price === undefined) throw missingParam('price', priceId ?? '', `${param}[price]`);
  if (!price.active) throw refusedParam(`${param}[price]`, 'The price specified is inactive.');
  return { price, product: await productOf(act.records, price), quantity };
}

async function madePrice(act: Act, data: PriceData, param: string): Promise<Omit<PricedLine, 'quantity'>> {
  checkAmount(data, param);
  const created = toUnixSeconds(act.now);
  const product = data.product_data
    ? newProduct({ ...data.product_data, active: false }, created)
    : await namedProduct(act.records, data.product, `${param}[product]`);
  const price = newPrice({ ...data, active: false }, product.id, created);
  if (data.product_data) await act.records.put('product', product.id, product);
  await act.records.put('price', price.id, price);
  return { price, product };
}

/** @throws SandboxApiError where the currency does not exist, or has no such amount. */
export function checkAmount({ currency, unit_amount: amount }: Pick<PriceData, 'currency' | 'unit_amount'>, param: string): void {
  const nameOf = (field: string) => (param === '' ? field : `${param}[${field}]`);
  const counting = stripeCounting(currency);
  if (counting === undefined) throw refusedParam(nameOf('currency'), `Invalid currency: ${currency}`);
  if (amount % counting.stepMinor !== 0)
    throw refusedParam(nameOf('unit_amount'), `Invalid unit_amount: ${currency} must be a multiple of ${counting.stepMinor}.`);
}

/** @throws SandboxApiError where the call names no product, or one that does not exist. */
export async function namedProduct(records: Records, productId: string | undefined, param: string): Promise<Stripe.Product> {
  if (productId === undefined) throw refusedParam(param, `Missing required param: ${param}.`, 'parameter_missing');
  const product = await records.find('product', productId);
  if (product === undefined) throw missingParam('product', productId, param);
  return product;
}

/** @throws Error where the price has no product, which never happens. */
export async function productOf(records: Records, price: Stripe.Price): Promise<Stripe.Product> {
  const product = await records.find('product', String(price.product));
  if (product === undefined) throw new Error(`The price ${price.id} has no product.`);
  return product;
}
