import { expect, it } from 'vitest';
import { backTo } from '../../../packages/client/src/react/attach.ts';

it.each(['https://app.example/plans?a=1#top', 'http://localhost:5173/'])(
  'a page of the web is where its customer comes back to: %s',
  (href) => {
    expect(backTo(new URL(href))).toEqual({ successUrl: href, cancelUrl: href });
  },
);

it.each([
  'capacitor://localhost/plans',
  'tauri://localhost',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop/popup.html',
  'file:///app.html',
])('no payment page can send anybody back to %s', (href) => expect(backTo(new URL(href))).toEqual({}));
