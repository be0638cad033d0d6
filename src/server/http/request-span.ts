/** The span of a request, which ends when the answer is sent, or the caller has left. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { spans } from '../../platform/spans.ts';

/** @param routeOf The path as a pattern; undefined where there is nothing at this path. */
export function inRequestSpan(
  req: IncomingMessage,
  res: ServerResponse,
  routeOf: () => string | undefined,
  answer: () => Promise<void>,
): Promise<void> {
  const recorder = spans();
  if (!recorder) return answer();
  const { method = 'GET', httpVersion, headers } = req;
  const span = recorder.open('request', { method, route: routeOf(), httpVersion, headers });
  res.once('close', () =>
    span.end({
      status: res.headersSent ? res.statusCode : undefined,
      requestId: String(res.getHeader('x-request-id')),
    }),
  );
  return span.run(answer);
}
