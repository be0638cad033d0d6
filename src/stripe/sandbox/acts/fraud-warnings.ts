/** Early fraud warnings: a bank suspects a charge. */
import type Stripe from 'stripe';
import { newFraudWarning } from '../objects/fraud-warning.ts';
import type { Act } from './act.ts';

export async function warnOfFraud({ records, now }: Act, charge: Stripe.Charge): Promise<Stripe.Radar.EarlyFraudWarning> {
  const warning = newFraudWarning(charge, now);
  await records.put('early_fraud_warning', warning.id, warning);
  await records.addEvent({ type: 'radar.early_fraud_warning.created', object: warning }, now);
  return warning;
}

/** The charge was refunded or disputed: nobody can act on its warnings any more. */
export async function settleFraudWarnings({ records, now }: Act, chargeId: string): Promise<void> {
  const warnings = await records.list('early_fraud_warning', { where: { charge: chargeId, actionable: true }, limit: 100 });
  for (const warning of warnings) {
    const settled = { ...warning, actionable: false };
    await records.put('early_fraud_warning', settled.id, settled);
    await records.addEvent({ type: 'radar.early_fraud_warning.updated', object: settled, previous: { actionable: true } }, now);
  }
}
