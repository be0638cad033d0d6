/** The HTML document of the sandbox's pages. It loads nothing, runs no script and is not cached. */
import { type Html, html } from './html.ts';
import { PAGE_STYLE } from './page-style.ts';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // No form-action: after paying, the form leads to the app at any address.
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export interface Page {
  readonly title: string;
  readonly body: Html;
}

export function showPage(status: number, { title, body }: Page): Response {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Brim sandbox</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<p class="banner"><strong>Simulation.</strong> This page stands in for Stripe Checkout. No money moves.</p>
<main>${body}</main>
</body>
</html>
`;
  return new Response(document.text, { status, headers: HEADERS });
}

export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store' } });
}
