/** Products and prices. */
import type Stripe from 'stripe';
import { checkAmount, namedProduct } from '../acts/prices.ts';
import { newPrice, newProduct } from '../objects/catalogue.ts';
import { noSuch, refusedParam } from '../wire/api-error.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import { metadata, NO_PARAMS, readParams, text } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';
import { priceData, productData } from './price-params.ts';

export const CATALOGUE = [
  endpoint('POST', '/v1/products', createProduct),
  endpoint('GET', '/v1/products/:id', (call) => retrieve(call, 'product')),
  endpoint('POST', '/v1/prices', createPrice),
  endpoint('GET', '/v1/prices/:id', (call) => retrieve(call, 'price')),
];

const NEW_PRODUCT = productData.extend({ id: text.optional() });

const NEW_PRICE = priceData.extend({
  metadata: metadata.default({}),
  nickname: text.optional(),
  lookup_key: text.max(200).optional(),
});

async function createProduct({ records, form, now }: Call): Promise<Stripe.Product> {
  const params = readParams(NEW_PRODUCT, form);
  if (params.id !== undefined && (await records.find('product', params.id)) !== undefined)
    throw refusedParam('id', `Product already exists: '${params.id}'`, 'resource_already_exists');
  const product = newProduct({ ...params, active: true }, toUnixSeconds(now));
  await records.put('product', product.id, product);
  return product;
}

async function createPrice({ records, form, now }: Call): Promise<Stripe.Price> {
  const params = readParams(NEW_PRICE, form);
  checkAmount(params, '');
  const created = toUnixSeconds(now);
  const product = params.product_data
    ? newProduct({ ...params.product_data, active: true }, created)
    : await namedProduct(records, params.product, 'product');
  if (params.product_data) await records.put('product', product.id, product);
  const price = newPrice({ ...params, active: true }, product.id, created);
  await records.put('price', price.id, price);
  return price;
}

async function retrieve({ records, form, id }: Call, kind: 'product' | 'price') {
  readParams(NO_PARAMS, form);
  const found = await records.find(kind, id);
  if (found === undefined) throw noSuch(kind, id, kind);
  return found;
}
