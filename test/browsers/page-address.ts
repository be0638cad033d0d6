/**
 * What a test's page is told by its address: where Brim is. Its token it asks its own server for.
 */
export const brimUrl = new URLSearchParams(location.search).get('brim') ?? '';

export async function token(): Promise<string> {
  return (await fetch('/token')).text();
}
