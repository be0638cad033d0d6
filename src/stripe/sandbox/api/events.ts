/** The events, newest first. */
import { z } from 'zod';
import type { StoredEvent } from '../store/event-records.ts';
import type { Records } from '../store/records.ts';
import { noSuch } from '../wire/api-error.ts';
import { NO_PARAMS, pageParams, readParams, text } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';

export const EVENTS = [endpoint('GET', '/v1/events', list), endpoint('GET', '/v1/events/:id', retrieve)];

const LIST = z.strictObject({ ...pageParams, type: text.optional() });

async function list({ records, form }: Call) {
  const { limit, type, starting_after: after } = readParams(LIST, form);
  const before = after === undefined ? undefined : (await requireEvent(records, after, 'starting_after')).sequence;
  const events = await records.listEvents({ type, before, limit: limit + 1 });
  const page = events.slice(0, limit).map((event): unknown => JSON.parse(event.payload));
  return { object: 'list', data: page, has_more: events.length > limit, url: '/v1/events' };
}

async function retrieve({ records, form, id }: Call): Promise<unknown> {
  readParams(NO_PARAMS, form);
  return JSON.parse((await requireEvent(records, id, 'id')).payload);
}

async function requireEvent(records: Records, eventId: string, param: string): Promise<StoredEvent> {
  const event = await records.findEvent(eventId);
  if (event === undefined) throw noSuch('event', eventId, param);
  return event;
}
