/** An app's endpoint for webhooks, and the verbs that set endpoints. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { expect } from 'vitest';
import type { TestBrim } from './brim.ts';
import { type Sql, until } from './witness.ts';

export interface Received {
  readonly id: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly event: ReceivedEvent;
}

export interface ReceivedEvent {
  readonly type: string;
  readonly id: string;
  readonly occurredAt: string;
  // biome-ignore lint/suspicious/noExplicitAny: each type of event has data of its own.
  readonly data: any;
  readonly test?: true;
}

type Door = Pick<TestBrim, 'data'>;
/** Answers a request, or does not. */
export type Respond = (response: http.ServerResponse, received: Received) => void;

export const ok: Respond = (response) => void response.end('thanks');
export const failing: Respond = (response) => void response.writeHead(500).end('broken');

export interface Receiver {
  readonly url: string;
  /** All requests, also those that were answered with an error. */
  readonly received: Received[];
  /** How it answers from now on. */
  respond: Respond;
  /** The types of events of a customer, in the order of the requests. */
  typesOf(customerId: string): readonly string[];
  close(): Promise<void>;
}

export async function openReceiver(respond: Respond = ok): Promise<Receiver> {
  const received: Received[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const one = { id: headers['webhook-id'] ?? '', headers, body, event: JSON.parse(body) };
    received.push(one);
    receiver.respond(response, one);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    respond,
    typesOf: (customerId) => received.filter(({ event }) => customerOf(event.data) === customerId).map(({ event }) => event.type),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}

interface Told
  extends Partial<Record<'balance' | 'purchase' | 'payment' | 'autoTopUp' | 'usageLimit', { readonly customerId: string }>> {
  readonly customer?: { readonly id: string };
}

function customerOf({ customer, balance, purchase, payment, autoTopUp, usageLimit }: Told): string | undefined {
  return customer?.id ?? (balance ?? purchase ?? payment ?? autoTopUp ?? usageLimit)?.customerId;
}

export interface Endpoint {
  readonly id: string;
  readonly secret: string;
}

/** What a payload says, as it came. */
export async function createEndpoint({ data }: Door, url: string, events: readonly string[]): Promise<Endpoint> {
  const { createWebhookEndpoint } = await data(
    `mutation ($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
      ... on CreateWebhookEndpointSuccess { secret endpoint { id } } ... on Error { message } } }`,
    { input: { url, events } },
  );
  expect(createWebhookEndpoint).toEqual({ secret: expect.stringMatching(/^whsec_/), endpoint: { id: expect.any(String) } });
  return { id: createWebhookEndpoint.endpoint.id, secret: createWebhookEndpoint.secret };
}

/** Sends a mutation of an endpoint, and gives the payload as it came. */
export async function change({ data }: Door, verb: string, input: Record<string, unknown>, selection: string) {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
  const answer = await data(
    `mutation ($input: ${type}Input!) { ${verb}(input: $input) { __typename ... on ${type}Success { ${selection} }
      ... on InvalidInputError { issues { path message } } ... on Error { message } } }`,
    { input },
  );
  return answer[verb];
}

export const DELIVERY =
  'id eventId type status attempts lastAttemptAt nextAttemptAt responseStatus responseBody durationMs failure customer { id } payload';

export async function endpointOf({ data }: Door, id: string, args = '') {
  const { webhookEndpoint } = await data(
    `query ($id: ID!) { webhookEndpoint(id: $id) { id url events enabled disabledReason deliveries${args} { nodes { ${DELIVERY} } pageInfo { hasNextPage endCursor } } } }`,
    { id },
  );
  return webhookEndpoint;
}

/** The deliveries of an endpoint, the newest first, once they are as expected. */
export function untilDeliveries(brim: Door, id: string, expected: readonly object[]) {
  return until(async () => {
    const { nodes } = (await endpointOf(brim, id)).deliveries;
    expect(nodes).toMatchObject(expected);
    return nodes;
  });
}

/** What a killed process was delivering is free after half a minute. Here it is so at once. */
export async function endLeases({ rows }: Sql): Promise<void> {
  await rows("UPDATE webhook_queue SET leased_until = now() - interval '1 second' WHERE lease IS NOT NULL");
}

/** The event, if `standardwebhooks` says that the request is signed with this secret. */
export function verify(secret: string, { body, headers }: Received): unknown {
  return new Webhook(secret).verify(body, headers);
}
