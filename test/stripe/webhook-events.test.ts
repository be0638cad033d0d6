import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { EVENT_SUBJECTS } from '../../src/stripe/webhook-events.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/going-live-with-stripe.md'), 'utf8');

describe('the events that Brim acts on', () => {
  test('are those that the page on going live lists', () => {
    const listed = [...page.matchAll(/^- `([a-z_.]+)`$/gm)].map(([, type]) => type);
    expect(listed.toSorted()).toEqual(Object.keys(EVENT_SUBJECTS).toSorted());
  });

  test('leave out invoice.created, whose answer would hold renewals back', () => {
    expect(Object.keys(EVENT_SUBJECTS)).not.toContain('invoice.created');
  });
});
