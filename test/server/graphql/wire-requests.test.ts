/**
 * The two transports of POST /graphql, the one for the usual request and Yoga's, read requests
 * alike: their types, credentials and bodies, however those come.
 */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KEY } from '../fixture.ts';
import { AUTH, accepts, HELLO, openPair, post, TYPE, withLength } from '../wire-pair.ts';

describe('the two transports', () => {
  it.each([
    ...['', '*/*', 'application/*', 'text/*', 'application/json;q=0.1', 'application/json; charset=utf-8', 'APPLICATION/JSON'],
    ...['application/json; charset=latin1', 'application/graphql-response+json; charset=utf-8, application/json; charset=utf-8'],
    ...['application/json, application/graphql-response+json', 'text/html, application/json', 'text/html,*/*;q=0.8', 'image/png'],
    ...['text/event-stream, application/json', 'application/json, text/event-stream', 'multipart/mixed', 'multipart/mixed, */*'],
    ...[
      'multipart/mixed;deferSpec=20220824, application/json',
      '*/json',
      '*',
      ',',
      ';',
      'application',
      'application/ json',
      '%00',
    ],
  ])('choose the type alike for "%s"', async (accept) => {
    const compare = await openPair();
    for (const query of ['{ hello }', '{ hello ', '{ surprise }', 'subscription { count(to: 1) }']) {
      await compare(post(JSON.stringify({ query }), accepts(accept)));
    }
  });

  it.each([
    ...[
      'application/json; charset=utf-8',
      'application/json;charset=utf-16',
      'application/json ; x',
      'Application/JSON',
      ' application/json',
    ],
    ...[
      'application/graphql+json',
      'application/graphql',
      'application/json, text/plain',
      'application/jsonp',
      'text/plain',
      'x',
      '',
    ],
    ...[
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'application/x-www-form-urlencoded; application/json',
    ],
  ])('read a body of the type "%s" alike', async (type) => {
    const compare = await openPair();
    await compare(post(HELLO, [...AUTH, 'content-type', type]));
    await compare(post(HELLO, [...AUTH, ...TYPE, 'content-type', type]));
    await compare(post(HELLO, ['content-type', type]));
  });

  it('refuse every body alike that is no operation', async () => {
    const compare = await openPair();
    const bodies = [
      '',
      ' ',
      'null',
      '5',
      '"x"',
      '[]',
      `[${HELLO}]`,
      `[${HELLO},${HELLO}]`,
      '{}',
      '{',
      `${HELLO}${HELLO}`,
      `${HELLO} `,
    ];
    bodies.push(
      `\uFEFF${HELLO}`,
      '{"query":"{ hello }","query":"{ whoami }"}',
      '{"Query":"{ hello }"}',
      '['.repeat(10_000),
      'x'.repeat(70_000),
    );
    for (const body of bodies) {
      await compare(post(body));
      await compare(post(body, withLength(body)));
      await compare(post(body, accepts('application/graphql-response+json')));
    }
    await compare({});
  });

  it('read a body alike that comes in pieces, split within a character, or compressed', async () => {
    const compare = await openPair();
    const bytes = Buffer.from('{"query":"{ é: hello }"}'.replace('é', 'a'), 'utf8');
    const umlauts = Buffer.from('{"query":"{ hello }","operationName":"ÄÖ€😀"}');
    for (let at = 1; at < umlauts.length; at += 1) await compare({ body: [umlauts.subarray(0, at), umlauts.subarray(at)] });
    await compare({ body: [...bytes].map((byte) => Uint8Array.of(byte)) });
    await compare({ body: [Uint8Array.of(0x22, 0xff, 0xfe, 0x22)] });
    await compare({ body: [Buffer.from('{"query":"{ hello }","operationName":"'), Uint8Array.of(0xc3), Buffer.from('"}')] });
    await compare({ headers: [...AUTH, ...TYPE, 'content-encoding', 'gzip'], body: [randomBytes(100)] });
    await compare({ headers: [...withLength(HELLO), 'expect', '100-continue'], body: [HELLO] });
  });

  it('refuse a body alike that is too long, however it comes', async () => {
    const compare = await openPair();
    const long = JSON.stringify({ query: '{ hello }', variables: { a: 'x'.repeat(1_048_577) } });
    for (const headers of [withLength(long), [...AUTH, ...TYPE], accepts('application/graphql-response+json')]) {
      const answer = await compare({ headers, body: headers === undefined ? [] : [long] });
      expect(answer.status).toBe(413);
    }
    const fits = JSON.stringify({ query: '{ hello }', variables: { a: 'x'.repeat(1_048_500) } });
    expect((await compare(post(fits))).status).toBe(200);
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    `bearer  ${KEY}`,
    `Bearer ${KEY}x`,
    `Basic ${KEY}`,
    'Bearer a.b.c',
    'Bearer brim_sk_x',
    `Bearer ${KEY} x`,
  ])('know the caller of "%s" alike', async (authorization) => {
    const compare = await openPair();
    for (const accept of ['application/json', 'application/graphql-response+json', 'text/event-stream', 'image/png']) {
      for (const body of [HELLO, '{', '']) await compare(post(body, ['authorization', authorization, ...TYPE, 'accept', accept]));
    }
    await compare(post(HELLO, ['authorization', authorization, ...AUTH, ...TYPE]));
    await compare(post(HELLO, [...AUTH, 'authorization', authorization, ...TYPE]));
  });

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'])('answer %s alike', async (method) => {
    const compare = await openPair();
    await compare({ method });
    await compare({ method, headers: [...AUTH, ...TYPE, 'origin', 'https://evil.example'] });
  });
});
