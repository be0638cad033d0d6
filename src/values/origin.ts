/**
 * Origins of web pages, and the patterns that an operator writes for them. Pure.
 *
 * A pattern is an origin as browsers send it, `https://app.example`. It may have `*` for any port,
 * `http://localhost:*`, or `*` for exactly one label in front of a name,
 * `https://*.preview.example`. Apps and browser extensions have origins with their own schemes.
 * Text that no browser would send (user names, capital letters, a dot at the end, a default port)
 * matches nothing.
 */

export type OriginPattern = (origin: string) => boolean;

/** @returns undefined where the text is no pattern. */
export function readOriginPattern(text: string): OriginPattern | undefined {
  if (isAppOrigin(text)) return (origin) => origin === text;
  const [, scheme = '', labels = '', name = '', port = ''] = PATTERN.exec(text) ?? [];
  const sample = `${scheme}://${labels && 'label.'}${name}${port === ':*' ? ':1' : port}`;
  if (scheme === '' || !isWebOrigin(sample) || (labels !== '' && !isOwnName(name))) return undefined;
  return (origin) => {
    if (!isWebOrigin(origin)) return false;
    const url = new URL(origin);
    const isPort = port === ':*' || origin.endsWith(`${url.hostname}${port}`);
    return isPort && url.protocol === `${scheme}:` && isHost(url.hostname, labels !== '', name);
  };
}

/** True where one of the patterns matches. An invalid pattern matches nothing. */
export function openOriginPatterns(texts: readonly string[]): OriginPattern {
  const patterns = texts.flatMap((text) => readOriginPattern(text) ?? []);
  return (origin) => patterns.some((fits) => fits(origin));
}

/**
 * True for a name of this machine as browsers know it, `*.localhost` included. Nobody else can
 * answer there.
 */
export function isLoopbackName(hostname: string): boolean {
  return /^(([a-z0-9-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i.test(hostname);
}

const PATTERN = /^(https?):\/\/(\*\.)?([^/?#@*]+?)(:\*|:\d+)?$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** True where the text is exactly what a browser would send for the origin that it parses to. */
function isWebOrigin(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { origin, hostname } = new URL(text);
  return origin === text && !hostname.endsWith('.');
}

function isHost(hostname: string, hasLabel: boolean, name: string): boolean {
  if (!hasLabel) return hostname === name;
  const at = hostname.length - name.length - 1;
  return at > 0 && hostname.slice(at) === `.${name}` && LABEL.test(hostname.slice(0, at));
}

/**
 * True for a name whose owner controls all names below it: at least two labels, because anybody may
 * buy one of *.example. No address.
 */
function isOwnName(name: string): boolean {
  const labels = name.split('.');
  return (
    name === 'localhost' ||
    (labels.length >= 2 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? ''))
  );
}

const APP_ORIGINS = [
  /^(capacitor|ionic|tauri):\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
  /^chrome-extension:\/\/[a-p]{32}$/,
  /^(moz|safari-web)-extension:\/\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
];

function isAppOrigin(text: string): boolean {
  return APP_ORIGINS.some((kind) => kind.test(text));
}
