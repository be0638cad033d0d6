/** What Brim means by the code with which it closes a socket. */
const GOING_AWAY = 1001;
const FORBIDDEN = 4403;

/** The process stops. */
export const isGoodbye = (problem: unknown): boolean => codeOf(problem) === GOING_AWAY;

/** The token has ended or is invalid. */
export const isForbidden = (problem: unknown): boolean => codeOf(problem) === FORBIDDEN;

function codeOf(problem: unknown): unknown {
  return typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : undefined;
}
