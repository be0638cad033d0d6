/** How well events are delivered: as usual, or late, twice, out of order or never. */
import { ADVERSE_DELIVERY, type AdverseOrder } from '../wire/adverse-delivery.ts';
import type { Transact } from './transact.ts';

export interface DeliveryControl {
  readonly webhooks: {
    /** Delivers the events from now on adversely, in all processes, until told otherwise. */
    deliverAdversely(order: AdverseOrder): Promise<void>;
    /** What was lost stays lost; what waits comes at its time. */
    deliverAsUsual(): Promise<void>;
  };
}

/** The name under which the order is stored. */
export const ADVERSE_ID = 'adverse_delivery';

export function deliveryControl(transact: Transact): DeliveryControl {
  return {
    webhooks: {
      deliverAdversely: (order) =>
        transact(async ({ records }) =>
          records.put('adverse_delivery', ADVERSE_ID, {
            ...ADVERSE_DELIVERY.parse(order),
            since: Number(await records.lastSequence()),
          }),
        ),
      deliverAsUsual: () => transact(({ records }) => records.remove('adverse_delivery', ADVERSE_ID)),
    },
  };
}
