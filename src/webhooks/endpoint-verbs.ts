/** What the app does with its endpoints. */
import { z } from 'zod';
import { type Database, reading, writing } from '../database/database.ts';
import type { Clock } from '../values/clock.ts';
import { refuseInput } from '../values/errors.ts';
import type { Ids } from '../values/ids.ts';
import { id, readInput, url } from '../values/input.ts';
import { between } from '../values/issue-codes.ts';
import type { Reach } from './delivery/networks.ts';
import { newSecret } from './delivery/sign.ts';
import { problemWithTarget } from './delivery/target.ts';
import { WebhookEndpointNotFoundError } from './model/errors.ts';
import { WEBHOOK_EVENT_TYPES, type WebhookEndpoint } from './model/types.ts';
import { deleteDeliveries } from './tables/deliveries.ts';
import * as store from './tables/endpoints.ts';

export interface EndpointVerbs {
  /**
   * @returns also the secret, which is never shown again. @throws InvalidInputError, also where the
   * URL leads to an address to which Brim does not send.
   */
  create(input: unknown): Promise<EndpointAndSecret>;
  /** Writes the given fields. @throws WebhookEndpointNotFoundError, InvalidInputError. */
  update(input: unknown): Promise<WebhookEndpoint>;
  /** Deletes its deliveries, too. @throws WebhookEndpointNotFoundError, InvalidInputError. */
  delete(input: unknown): Promise<{ readonly deletedId: string }>;
  /**
   * Makes a new secret. The one before signs, too, for a time.
   * @throws WebhookEndpointNotFoundError, InvalidInputError.
   */
  rotateSecret(input: unknown): Promise<EndpointAndSecret & { readonly previousSecretUntil: Date }>;
  find(id: string): Promise<WebhookEndpoint | null>;
  /** The oldest first, `MOST_ENDPOINTS` at most. */
  list(): Promise<readonly WebhookEndpoint[]>;
}

export interface EndpointAndSecret {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string;
}

export interface EndpointDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly reach: Reach;
  /** Called where deliveries may be due. */
  readonly wake: () => void;
}

/** Each event becomes one delivery for each endpoint. */
export const MOST_ENDPOINTS = 20;
const DAY_SECONDS = 86_400;
const DELETED_AT_ONCE = 1_000;

const target = url.refine((text) => new URL(text).hash === '', 'must be without a fragment');
const events = z
  .array(z.enum(WEBHOOK_EVENT_TYPES))
  .refine((types) => types.length > 0, 'must name at least one type of event')
  .refine((types) => types.length <= 100, 'must be at most 100 types')
  .transform((types) => WEBHOOK_EVENT_TYPES.filter((type) => types.includes(type)));
const newEndpoint = z.object({ url: target, events });
const changes = z.object({ id, url: target.nullish(), events: events.nullish(), enabled: z.boolean().nullish() });
const rotation = z.object({
  id,
  previousSecretValidForSeconds: z
    .number()
    .int()
    .superRefine(between(0, 7 * DAY_SECONDS))
    .nullish(),
});

export function openEndpointVerbs({ database, clock, ids, reach, wake }: EndpointDeps): EndpointVerbs {
  const { client } = database;

  async function refuseForbidden(text: string): Promise<void> {
    const problem = await problemWithTarget(new URL(text), reach);
    if (problem !== undefined) refuseInput(['url'], problem);
  }

  return {
    async find(endpointId) {
      if (!id.safeParse(endpointId).success) return null;
      const [found] = await reading(() => store.findEndpoints(client, [endpointId]));
      return found ?? null;
    },

    list: () => reading(() => store.listEndpoints(client)),

    async create(input) {
      const read = readInput(newEndpoint, input);
      await refuseForbidden(read.url);
      const secret = newSecret();
      const endpoint = { ...read, id: ids.next('webhookEndpoint'), enabled: true, disabledReason: null, createdAt: clock.now() };
      const isRoom = await database.transaction((transaction) =>
        store.insertEndpoint(transaction, { ...endpoint, secret }, MOST_ENDPOINTS),
      );
      return isRoom
        ? { endpoint, secret }
        : refuseInput([], `there are ${MOST_ENDPOINTS} endpoints already: delete one first`, 'TOO_LARGE');
    },

    async update(input) {
      const { id: endpointId, url, events, enabled } = readInput(changes, input);
      if (url != null) await refuseForbidden(url);
      const written = { ...(url != null && { url }), ...(events != null && { events }), ...(enabled != null && { enabled }) };
      const endpoint = await database.transaction((transaction) =>
        store.updateEndpoint(transaction, endpointId, written, clock.now()),
      );
      if (!endpoint) throw new WebhookEndpointNotFoundError(endpointId);
      wake();
      return endpoint;
    },

    async delete(input) {
      const { id: endpointId } = readInput(z.object({ id }), input);
      if (!(await database.transaction((transaction) => store.deleteEndpoint(transaction, endpointId))))
        throw new WebhookEndpointNotFoundError(endpointId);
      let deleted = DELETED_AT_ONCE;
      while (deleted === DELETED_AT_ONCE) deleted = await writing(() => deleteDeliveries(client, endpointId, DELETED_AT_ONCE));
      return { deletedId: endpointId };
    },

    async rotateSecret(input) {
      const { id: endpointId, previousSecretValidForSeconds } = readInput(rotation, input);
      const secret = newSecret();
      const rotated = await writing(() =>
        store.rotateSecret(client, endpointId, secret, previousSecretValidForSeconds ?? DAY_SECONDS),
      );
      if (!rotated) throw new WebhookEndpointNotFoundError(endpointId);
      return { endpoint: rotated.endpoint, secret, previousSecretUntil: rotated.previousUntil };
    },
  };
}
