import { describe, expect, it } from 'vitest';
import type { Actor } from '../../../src/access/actor.ts';
import { attachInput } from '../../../src/purchases/attach/attach-input.ts';
import { fillIn, refuseUrls } from '../../../src/purchases/attach/return-url.ts';
import { InvalidInputError } from '../../../src/values/errors.ts';
import { openOriginPatterns } from '../../../src/values/origin.ts';

const APP: Actor = { kind: 'app' };
const CUSTOMER: Actor = { kind: 'customer', customerId: 'ada', attachablePlanIds: [], expiresAt: new Date() };
const rulesOf = (allowsPlainHttp: boolean) => ({
  isNamed: openOriginPatterns([
    'https://app.example',
    'https://*.preview.example',
    'http://localhost:*',
    'http://tauri.localhost',
    'http://plain.example',
  ]),
  isOwn: openOriginPatterns(['http://brim.internal']),
  allowsPlainHttp,
});

/** The path and message of each refusal of a URL. */
function refusals(url: string, actor: Actor, rules = rulesOf(false)): readonly string[] {
  const read = attachInput.safeParse({ customerId: 'ada', planId: 'x', successUrl: url, cancelUrl: null });
  if (!read.success) return read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  try {
    const { successUrl, cancelUrl } = read.data;
    refuseUrls({ successUrl, cancelUrl }, actor, rules);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  }
}

describe('the return URL of a customer token', () => {
  it.each([
    'https://app.example/thanks?a=1#b',
    'https://a.preview.example',
    'http://localhost:3000/x',
    'http://tauri.localhost/x',
    'http://brim.internal/',
  ])('may be %s', (url) => expect(refusals(url, CUSTOMER)).toEqual([]));

  it.each([
    ...['https://evil.example', 'https://app.example.evil', 'https://app.example:8443', 'https://a.b.preview.example'],
    ...[
      'https://preview.example',
      'https://app.example./',
      'https://evil.example/https://app.example',
      'https://evil.example\\@app.example/',
    ],
    ...['https://app.example%2eevil.example', 'http://127.0.0.1:3000', 'http://localhost.evil.example'],
  ])('is refused: %s', (url) => {
    expect(refusals(url, CUSTOMER)).toEqual([expect.stringMatching(/^successUrl: must b/)]);
  });

  it.each(['http://plain.example', 'http://app.example', 'http://192.168.0.7:3000'])(
    'may not be %s, which is not encrypted',
    (url) => {
      expect(refusals(url, CUSTOMER)).toEqual(['successUrl: must begin with https://; http:// is for localhost only']);
      expect(refusals(url, CUSTOMER, rulesOf(true))).not.toEqual([]);
    },
  );

  it.each([
    'https://user@app.example',
    'https://user:word@app.example',
    'https://:word@app.example',
    'https://app.example@evil.example',
  ])('is refused with a user name: %s', (url) => {
    for (const actor of [APP, CUSTOMER])
      expect(refusals(url, actor)).toEqual(['successUrl: must be without a user name and a password']);
  });
});

describe('the return URL of the app', () => {
  it.each(['https://anywhere.example/x', 'https://127.0.0.1', 'http://localhost', 'http://[::1]:1', 'http://brim.internal'])(
    'may be %s',
    (url) => expect(refusals(url, APP)).toEqual([]),
  );

  it('must be https, except on this machine', () => {
    expect(refusals('http://shop.example', APP)).toEqual(['successUrl: must begin with https://; http:// is for localhost only']);
    expect(refusals('http://shop.example', APP, rulesOf(true))).toEqual([]);
  });
});

describe('a placeholder', () => {
  const purchase = { id: 'pu_1&x=2 #', checkoutId: 'cs_1/ä' };

  it.each([
    ['https://a.example/{PURCHASE_ID}', 'https://a.example/pu_1%26x%3D2%20%23'],
    ['https://a.example/?p={PURCHASE_ID}&s={CHECKOUT_SESSION_ID}', 'https://a.example/?p=pu_1%26x%3D2%20%23&s=cs_1%2F%C3%A4'],
    ['https://a.example/%7BPURCHASE_ID%7D?%7bCHECKOUT_SESSION_ID%7d', 'https://a.example/pu_1%26x%3D2%20%23?cs_1%2F%C3%A4'],
    ['https://a.example/{PURCHASE_ID}/{PURCHASE_ID}', 'https://a.example/pu_1%26x%3D2%20%23/pu_1%26x%3D2%20%23'],
    ['https://a.example/{OTHER}', 'https://a.example/{OTHER}'],
  ])('of %s is filled in', (url, filled) => expect(fillIn(url, purchase)).toBe(filled));

  it('is replaced by the literal id, also where that looks like a pattern ($&)', () => {
    expect(fillIn('https://a.example/{PURCHASE_ID}', { id: '$&', checkoutId: null })).toBe('https://a.example/%24%26');
  });
});

describe('a URL that programs read differently', () => {
  it.each([
    'https:app.example',
    'https:/app.example',
    'https:\\\\app.example',
    'https://app.example\\@evil.example/',
    '//app.example',
    'https://app.example/a\\b',
  ])('is refused to every caller: %s', (url) => {
    expect(refusals(url, APP)).toEqual([expect.stringMatching(/^successUrl: must be an http or https URL/)]);
  });
});
