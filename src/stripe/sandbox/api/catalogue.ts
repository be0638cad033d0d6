/** Products and prices, to look around with. */
import { noSuch } from '../wire/api-error.ts';
import { NO_PARAMS, readParams } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';

export const CATALOGUE = [
  endpoint('GET', '/v1/products/:id', (call) => retrieve(call, 'product')),
  endpoint('GET', '/v1/prices/:id', (call) => retrieve(call, 'price')),
];

async function retrieve({ records, form, id }: Call, kind: 'product' | 'price') {
  readParams(NO_PARAMS, form);
  const found = await records.find(kind, id);
  if (found === undefined) throw noSuch(kind, id, kind);
  return found;
}
