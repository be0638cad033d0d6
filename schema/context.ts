import type { Access } from '../src/access/access.ts';
import type { Actor } from '../src/access/actor.ts';
import type { IssuedKeys } from '../src/access/issued-keys.ts';
import type { Alerts } from '../src/alerts/alerts.ts';
import type { Audit } from '../src/audit/audit.ts';
import type { Catalog } from '../src/catalog/catalog.ts';
import type { Customers } from '../src/customers/customers.ts';
import type { EveryChange } from '../src/feed/every-change.ts';
import type { Feed } from '../src/feed/feed.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import type { Erasure } from '../src/privacy/erasure.ts';
import type { Purchases } from '../src/purchases/purchases.ts';
import type { Time } from '../src/time/time.ts';
import type { TopUps } from '../src/top-ups/top-ups.ts';
import type { Clock } from '../src/values/clock.ts';
import type { Ids } from '../src/values/ids.ts';
import type { Webhooks } from '../src/webhooks/webhooks.ts';

/** The part of the domain that resolvers call. */
export interface Domain {
  readonly access: Access;
  readonly secretKeys: IssuedKeys;
  readonly audit: Audit;
  readonly catalog: Catalog;
  readonly customers: Customers;
  readonly ledger: Ledger;
  readonly purchases: Purchases;
  readonly topUps: TopUps;
  readonly webhooks: Webhooks;
  readonly alerts: Alerts;
  readonly erasure: Pick<Erasure, 'erase'>;
  readonly feed: Feed;
  readonly everyChange: EveryChange;
  readonly clock: Clock;
  readonly time: Pick<Time, 'advance'>;
  readonly ids: Ids;
}

/** What every resolver gets: the domain, who asks, and with which request. */
export interface Context extends Domain {
  readonly actor: Actor;
  readonly requestId: string;
  /** Both, as one text for the entries of the ledger. */
  readonly madeBy: string;
}
