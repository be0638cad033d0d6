/** The ids that Brim makes. */
import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

/**
 * The source of all ids that Brim makes. They are unique, and sort in the order in which they were
 * made.
 */
export interface Ids {
  /**
   * @param noun The kind of thing that gets the id: `grant`, `purchase`, `hold`. It becomes the
   * id's prefix, so that an id alone tells its kind.
   */
  next(noun: IdNoun): string;
}

export type IdNoun =
  | 'grant'
  | 'purchase'
  | 'hold'
  | 'payment'
  | 'refund'
  | 'dispute'
  | 'balanceAlert'
  | 'secretKey'
  | 'webhookEndpoint'
  | 'webhookDelivery'
  | 'webhookEvent';

const PREFIX: Record<IdNoun, string> = {
  grant: 'gr',
  purchase: 'pu',
  hold: 'ho',
  payment: 'pay',
  refund: 'ref',
  dispute: 'dsp',
  balanceAlert: 'al',
  secretKey: 'key',
  webhookEndpoint: 'we',
  webhookDelivery: 'wd',
  webhookEvent: 'evt',
};

/** Prefix, milliseconds as 12 hexadecimal digits, then 80 random bits: `pu_0199f3a4c2d1…`. */
export function randomIds(clock: Clock): Ids {
  return {
    next(noun) {
      const time = clock.now().getTime().toString(16).padStart(12, '0');
      return `${PREFIX[noun]}_${time}${randomBytes(10).toString('hex')}`;
    },
  };
}
