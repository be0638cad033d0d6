import { describe, expect, it } from 'vitest';
import { openOriginPatterns, readOriginPattern } from '../../src/values/origin.ts';

const EXTENSION = `chrome-extension://${'abcdefghijklmnop'.repeat(2)}`;
const FIREFOX = 'moz-extension://0f2a6c1e-4b7d-4c1a-9d3e-5a6b7c8d9e0f';
const SAFARI = 'safari-web-extension://0F2A6C1E-4B7D-4C1A-9D3E-5A6B7C8D9E0F';

describe('a pattern of origins', () => {
  it.each([
    ['https://app.example', ['https://app.example']],
    ['https://app.example:8443', ['https://app.example:8443']],
    ['http://localhost:*', ['http://localhost', 'http://localhost:1', 'http://localhost:65535']],
    ['http://127.0.0.1:*', ['http://127.0.0.1:5173']],
    ['http://[::1]:*', ['http://[::1]', 'http://[::1]:3000']],
    ['https://xn--bcher-kva.example', ['https://xn--bcher-kva.example']],
    [
      'https://*.preview.example',
      ['https://a.preview.example', 'https://pr-12.preview.example', 'https://xn--bcher-kva.preview.example'],
    ],
    ['https://*.preview.example:8443', ['https://a.preview.example:8443']],
    ['http://*.localhost:*', ['http://tauri.localhost', 'http://shop.localhost:3000']],
    ['capacitor://localhost', ['capacitor://localhost']],
    ['ionic://localhost', ['ionic://localhost']],
    ['tauri://localhost', ['tauri://localhost']],
    [EXTENSION, [EXTENSION]],
    [FIREFOX, [FIREFOX]],
    [SAFARI, [SAFARI]],
  ])('%s matches what a browser sends', (pattern, origins) => {
    expect(origins.map((origin) => openOriginPatterns([pattern])(origin))).toEqual(origins.map(() => true));
  });

  it.each([
    ['https://*.preview.example', 'https://preview.example'],
    ['https://*.preview.example', 'https://a.b.preview.example'],
    ['https://*.preview.example', 'https://preview.example.evil'],
    ['https://*.preview.example', 'https://a.preview.example.evil'],
    ['https://*.preview.example', 'https://evilpreview.example'],
    ['https://*.preview.example', 'https://.preview.example'],
    ['https://*.preview.example', 'https://-a.preview.example'],
    ['https://*.preview.example', 'https://*.preview.example'],
    ['https://*.preview.example', 'https://a.preview.example.'],
    ['https://*.preview.example', 'https://a.preview.example:8443'],
    ['https://*.preview.example', 'https://a.preview.example:443'],
    ['https://*.preview.example', 'http://a.preview.example'],
    ['https://*.preview.example', 'https://user@a.preview.example'],
    ['https://*.preview.example', 'https://evil.example@a.preview.example'],
    ['https://*.preview.example', 'https://a.preview.example@evil.example'],
    ['https://*.preview.example', 'https://evil.example/.preview.example'],
    ['https://*.preview.example', 'https://evil.example#.preview.example'],
    ['https://*.preview.example', 'https://evil.example\\.preview.example'],
    ['https://*.preview.example', 'https://A.preview.example'],
    ['https://*.preview.example', 'https://bücher.preview.example'],
    ['https://*.preview.example', 'https://a%2eb.preview.example'],
    ['https://*.preview.example', 'https://a.preview.example/'],
    ['https://*.preview.example', 'https://a.preview.example\n'],
    ['https://*.preview.example', 'null'],
    ['https://*.preview.example', ''],
    ['https://app.example', 'https://app.example.evil'],
    ['https://app.example', 'https://xapp.example'],
    ['https://app.example', 'https://appxexample'],
    ['https://app.example', 'https://app.example.'],
    ['https://app.example', 'https://app.example:8443'],
    ['https://app.example:8443', 'https://app.example'],
    ['https://app.example:8443', 'https://app.example:84433'],
    ['http://localhost:*', 'http://localhost.evil.example'],
    ['http://localhost:*', 'http://localhost:80@evil.example'],
    ['http://localhost:*', 'https://localhost:3000'],
    ['http://localhost:*', 'http://localhost:99999'],
    ['http://*.localhost:*', 'http://localhost:3000'],
    ['capacitor://localhost', 'http://localhost'],
    ['capacitor://localhost', 'capacitor://localhost.evil'],
    ['capacitor://localhost', 'ionic://localhost'],
    [EXTENSION, EXTENSION.replace('abc', 'abd')],
    [FIREFOX, FIREFOX.toUpperCase()],
  ])('%s does not match %j', (pattern, origin) => {
    expect(openOriginPatterns([pattern])(origin)).toBe(false);
  });

  it.each([
    ...[
      '*',
      'https://*',
      'https://*.example',
      'https://*.com',
      'https://*.0.0.1',
      'https://a.*.example',
      'https://*.*.shop.example',
    ],
    ...[
      'https://*a.shop.example',
      'https://a*.shop.example',
      'https://*.shop.example/',
      'https://*.shop.example:*x',
      'https://*.SHOP.example',
    ],
    ...['https://app.example/', 'https://app.example/x', 'https://App.example', 'https://bücher.example', 'https://app.example.'],
    ...[
      'https://user@app.example',
      'https://app.example:443',
      'https://app.example:99999',
      'app.example',
      '//app.example',
      'null',
      '',
    ],
    ...[
      'file:///x',
      'javascript:alert(1)',
      'data:text/html,x',
      'ws://app.example',
      'ftp://app.example',
      'capacitor://',
      'capacitor://*',
    ],
    ...[
      'capacitor://localhost/x',
      'chrome-extension://*',
      'chrome-extension://short',
      'moz-extension://not-a-uuid',
      'tauri://user@localhost',
    ],
  ])('is not %j', (text) => {
    expect(readOriginPattern(text)).toBeUndefined();
    expect(openOriginPatterns([text])(text)).toBe(false);
  });
});
