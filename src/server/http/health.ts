/**
 * Answers an orchestrator's two questions: is the process alive (/health), and is it ready for
 * requests (/ready)?
 *
 * /health always answers. /ready asks the database, and answers 503 while the server closes. A
 * problem that affects some requests, and would affect them in every other process too, is reported
 * as "degraded" with its reasons, and with status 200.
 */
import type { Route } from './routes.ts';

/** Resolves where the database answers; rejects, or takes too long, where it does not. */
export type ReadinessProbe = () => Promise<unknown>;

/** Orchestrators ask every few seconds and wait for one or two. */
const PROBE_TIMEOUT_MS = 2_000;

export interface HealthOptions {
  readonly isDatabaseReady: ReadinessProbe;
  readonly isClosing: () => boolean;
  /** A sentence for each problem that affects some requests; undefined where a part has none. */
  readonly problems?: () => readonly (string | undefined)[];
}

export function healthRoutes({ isDatabaseReady, isClosing, problems = () => [] }: HealthOptions): readonly Route[] {
  return [
    { method: 'GET', path: '/health', handle: () => answer(200, { status: 'alive' }) },
    {
      method: 'GET',
      path: '/ready',
      async handle() {
        if (isClosing()) return answer(503, { status: 'closing' });
        const reasons = problems().filter((each) => each !== undefined);
        if (!(await answersInTime(isDatabaseReady))) {
          const reason = ['The database does not answer.', ...reasons].join(' ');
          return answer(503, { status: 'waiting', reason });
        }
        return answer(200, reasons.length === 0 ? { status: 'ready' } : { status: 'degraded', reasons });
      },
    },
  ];
}

function answer(status: number, content: object): Response {
  return Response.json(content, { status, headers: { 'cache-control': 'no-store' } });
}

async function answersInTime(probe: ReadinessProbe): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, PROBE_TIMEOUT_MS, false);
  });
  const asked = Promise.resolve()
    .then(probe)
    .then(
      () => true,
      () => false,
    );
  try {
    return await Promise.race([asked, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
