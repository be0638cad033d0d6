/** The least that a server of this kind can do: node:http reads JSON, and answers with JSON. */
import { createServer } from 'node:http';
import { serveAt } from './serve.ts';

const ANSWER = '{"data":{"track":{"__typename":"TrackSuccess","balance":{"remaining":"999999999","version":12}}}}';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString());
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
    response.end(ANSWER);
  });
});
serveAt(server);
