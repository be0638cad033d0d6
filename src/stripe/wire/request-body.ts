/** Reads a request's body as text, up to a limit. */
/** @returns the body; undefined where it is longer than `limitBytes`, of which no more is read. */
export async function readBody(request: Request, limitBytes: number): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) return undefined;
  if (request.body === null) return '';
  const chunks: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const chunk of request.body) {
    lengthBytes += chunk.byteLength;
    if (lengthBytes > limitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
