/** The account that the sandbox's key belongs to. */
import type Stripe from 'stripe';
import { SANDBOX_REALM } from '../../wire/realm.ts';
import { NO_PARAMS, readParams } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';

export const ACCOUNT = [endpoint('GET', '/v1/account', retrieve)];

async function retrieve({ form }: Call): Promise<Stripe.Account> {
  readParams(NO_PARAMS, form);
  return {
    id: SANDBOX_REALM.account,
    object: 'account',
    type: 'standard',
    charges_enabled: true,
    details_submitted: true,
    email: null,
    payouts_enabled: false,
  };
}
