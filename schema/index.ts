import './scalars.ts';
import './error.ts';
import './money.ts';
import './interval.ts';
import './feature.ts';
import './plan.ts';
import './customer.ts';
import './balance.ts';
import './grant.ts';
import './ledger-entry.ts';
import './purchase.ts';
import './check.ts';
import './track.ts';
import './attach.ts';
import './grant-balance.ts';
import './customer-token.ts';
import './balance-change.ts';
import './advance-clock.ts';
import { builder } from './builder.ts';

/** The whole API. Printed into schema.graphql by `npm run generate`. */
export const schema = builder.toSchema();
