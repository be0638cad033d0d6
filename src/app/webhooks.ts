/** Opens the webhooks that Brim sends. */
import type { Config } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import type { Log } from '../platform/log.ts';
import type { Time } from '../time/time.ts';
import type { Clock } from '../values/clock.ts';
import type { Ids } from '../values/ids.ts';
import { LOOPBACK } from '../webhooks/delivery/networks.ts';
import { openWebhooks, type RunningWebhooks } from '../webhooks/webhooks.ts';

export interface WebhooksDeps {
  readonly config: Config;
  readonly database: Database;
  readonly time: Time;
  readonly realClock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly timeoutMs: number | undefined;
}

/** In development an app on this machine may listen. */
export function openAppWebhooks({ config, time, ...deps }: WebhooksDeps): RunningWebhooks {
  const allowedNetworks = [...(config.environment === 'development' ? LOOPBACK : []), ...(config.webhookNetworks ?? [])];
  return openWebhooks({ ...deps, clock: time.clock, sync: time.sync, allowedNetworks });
}
