/**
 * Two questions of an orchestrator: is the process alive (/health), and may it be sent requests (/ready)?
 *
 * Alive needs nothing but an answer. Ready asks the database, and says no while the server is closing. What problems a part of those who
 * ask, and would trouble them in any other process as well, is said without saying no: "degraded", with reasons.
 */
import type { Route } from './routes.ts';

/** Resolves where the database answers; rejects, or takes too long, where it does not. */
export type ReadinessProbe = () => Promise<unknown>;

/** Orchestrators ask every few seconds and wait one or two. */
const PROBE_TIMEOUT_MS = 2_000;

export interface HealthOptions {
  readonly isDatabaseReady: ReadinessProbe;
  readonly isClosing: () => boolean;
  /** What goes wrong for some, a sentence each; undefined where a part has nothing to say. */
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
