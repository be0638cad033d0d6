/**
 * Where GraphQL is, of an address that a person configured: `https://brim.example`, with or without
 * slashes at its end, and with or without `/graphql`.
 */
export function endpointOf(url: string): string {
  const base = withoutSlashes(url);
  return /[^/]\/graphql$/.test(base) ? base : `${base}/graphql`;
}

/** A regular expression would take the square of their number. */
function withoutSlashes(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end -= 1;
  return url.slice(0, end);
}
