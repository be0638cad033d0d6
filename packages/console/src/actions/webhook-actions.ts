/** Sending events again, and sending invented ones. */
import type { DeliveryRowFragment, WebhookEventType } from '../documents/generated/graphql.ts';
import { ConsoleRedeliverText, ConsoleTestEventText } from '../documents/generated/texts.ts';
import type { Action } from './action.ts';
import { refusalIn } from './refusal.ts';

export function redeliverAction({ id, eventId }: DeliveryRowFragment): Action {
  return {
    title: 'Redeliver an event',
    fields: [],
    initial: {},
    verb: () => 'Redeliver',
    summary: () => `The event ${eventId} is sent once more, under the same id. An app that had it already knows it by that id.`,
    done: () => 'The event is on its way.',
    async send(ask) {
      return refusalIn((await ask(ConsoleRedeliverText, { input: { deliveryId: id } })).redeliver);
    },
  };
}

export interface TestedEndpoint {
  readonly id: string;
  readonly url: string;
  readonly events: readonly WebhookEventType[];
}

export function testEventAction({ id, url, events }: TestedEndpoint): Action {
  const typeOf = (value: string | undefined) => events.find((event) => event === value) ?? events[0] ?? 'CUSTOMER_CREATED';
  const wordsOf = (type: WebhookEventType) => type.toLowerCase().replaceAll('_', ' ');
  return {
    title: 'Send a test event',
    fields: [
      {
        ...{ name: 'type', label: 'Event', kind: 'choice' },
        choices: events.map((event) => ({ value: event, label: wordsOf(event) })),
      },
    ],
    initial: { type: typeOf(undefined) },
    verb: () => 'Send',
    summary: ({ type }) => `${url} gets an invented event, ${wordsOf(typeOf(type))}, whose payload says that it is a test.`,
    done: () => 'The test event is on its way.',
    async send(ask, { type }) {
      return refusalIn((await ask(ConsoleTestEventText, { input: { endpointId: id, type: typeOf(type) } })).sendTestEvent);
    },
  };
}
