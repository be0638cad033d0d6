/**
 * Watches every call that a test's Brim makes to the sandbox, every answer, and every event that
 * the sandbox sends. A test file fails where one of them is not as Stripe describes its API.
 */
import { afterAll, expect } from 'vitest';
import { z } from 'zod';
import { parseForm } from '../../src/stripe/sandbox/wire/form.ts';
import { endpointOf, problemsOf, typesOfObject } from '../stripe/shapes/shapes.ts';

const API = '/sandbox/stripe/v1/';

const EVENT = z.object({
  type: z.string(),
  api_version: z.string(),
  data: z.object({ object: z.looseObject({ object: z.string() }) }),
});

declare global {
  /** Test files share a process, in which calls are watched once. */
  var problemsWithStripe: Set<string> | undefined;
}

if (!globalThis.problemsWithStripe) {
  globalThis.problemsWithStripe = new Set();
  const carry = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const answer = await carry(input, init);
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.pathname.startsWith(API) && answer.ok) await compareCall(url, init, answer.clone());
    if (url.pathname === '/webhooks/stripe' && typeof init?.body === 'string') compareEvent(readJson(init.body));
    return answer;
  };
}

afterAll(() => {
  const found = [...(globalThis.problemsWithStripe ?? [])];
  globalThis.problemsWithStripe?.clear();
  expect(found, 'calls, answers and events that are not as Stripe describes its API').toEqual([]);
});

async function compareCall(url: URL, init: RequestInit | undefined, answer: Response): Promise<void> {
  const method = init?.method ?? 'GET';
  const path = url.pathname.slice('/sandbox/stripe'.length);
  const endpoint = endpointOf(method, path);
  const place = `${method} ${path.replaceAll(/_[A-Za-z0-9]{8,}/g, '_…')}`;
  const body: unknown = await answer.json().catch(() => undefined);
  if (path.startsWith('/v1/events')) return [listOf(body)].flat().forEach(compareEvent);
  if (!endpoint) return note([`${place}: it is not described`]);
  const params = parseForm(method === 'POST' && typeof init?.body === 'string' ? init.body : url.search);
  note(problemsOf(endpoint.params, params, 'form', `${place} params`));
  // An answer that a test cuts off has no body.
  if (body === undefined) return;
  const isList = endpoint.answer[0]?.startsWith('[]');
  note(problemsOf(endpoint.answer, isList ? listOf(body) : body, 'json', `${place} answer`));
}

function listOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'data' in body ? body.data : body;
}

/** Compares an event that the sandbox made; a test's own events have no API version. */
function compareEvent(sent: unknown): void {
  const event = EVENT.safeParse(sent).data;
  if (event) note(problemsOf(typesOfObject(event.data.object.object), event.data.object, 'json', `event ${event.type}`));
}

/** undefined for what a test sends that is no JSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function note(found: readonly string[]): void {
  for (const problem of found) globalThis.problemsWithStripe?.add(problem);
}
