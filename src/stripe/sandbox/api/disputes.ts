/** Disputes and early fraud warnings, which banks make. An adapter only reads them. */
import { z } from 'zod';
import { noSuch } from '../wire/api-error.ts';
import { expandable, pageParams, readParams, text } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';
import { expanded } from './expand.ts';
import { listObjects } from './object-list.ts';

type BankKind = 'dispute' | 'early_fraud_warning';

export const DISPUTES = [
  endpoint('GET', '/v1/disputes', (call) => list(call, 'dispute', '/v1/disputes')),
  endpoint('GET', '/v1/disputes/:id', (call) => retrieve(call, 'dispute')),
  endpoint('GET', '/v1/radar/early_fraud_warnings', (call) =>
    list(call, 'early_fraud_warning', '/v1/radar/early_fraud_warnings'),
  ),
  endpoint('GET', '/v1/radar/early_fraud_warnings/:id', (call) => retrieve(call, 'early_fraud_warning')),
];

const READ = z.strictObject({ expand: expandable(['charge', 'payment_intent']) });
const LIST = z.strictObject({ ...pageParams, payment_intent: text.optional(), charge: text.optional() });

async function retrieve({ records, form, id }: Call, kind: BankKind) {
  const { expand } = readParams(READ, form);
  const found = await records.find(kind, id);
  if (found === undefined) throw noSuch(kind, id, 'id');
  return expanded(records, found, expand);
}

function list({ records, form }: Call, kind: BankKind, url: string) {
  const { limit, starting_after, ...where } = readParams(LIST, form);
  return listObjects(records, kind, { where, limit, starting_after }, url);
}
