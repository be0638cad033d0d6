import type { Transaction } from '../../database/database.ts';
import type { AutoTopUpStatus, Setting } from '../model/types.ts';

export interface Told {
  readonly type: 'AUTO_TOP_UP_SUCCEEDED' | 'AUTO_TOP_UP_FAILED' | 'AUTO_TOP_UP_SUSPENDED';
  readonly status: AutoTopUpStatus;
  readonly purchaseId: string | null;
  readonly next: Date | null;
  readonly at: Date;
}

/** Writes an event for the app's webhooks, in the transaction of its cause. */
export async function tell(
  transaction: Transaction,
  { customerId, featureId }: Pick<Setting, 'customerId' | 'featureId'>,
  { type, status, purchaseId, next, at }: Told,
): Promise<void> {
  await transaction.$executeRaw`
    SELECT auto_top_up_tell(${type}::text, t, ${status}::text, ${purchaseId}::text, ${next}::timestamptz, ${at}::timestamptz)
    FROM auto_top_up t WHERE t.customer_id = ${customerId} AND t.feature_id = ${featureId}`;
}
