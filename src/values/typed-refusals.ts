/**
 * What an operation's payloads refuse: values of the answer, of which its `errors` say nothing. The
 * schema notes them where a resolver returns them, so they are known whatever the caller selects
 * and however it names the fields. Whoever measures the operation reads them when it has ended.
 */

export interface TypedRefusal {
  /** The root field. */
  readonly field: string;
  /** That of the DomainError. */
  readonly code: string;
  /** More than one where a batch refuses several of its items. */
  readonly count: number;
}

const REFUSALS: unique symbol = Symbol('refusals');

/** An operation's context, as in after-commit.ts. */
interface WithRefusals {
  [REFUSALS]?: TypedRefusal[];
}

/** Notes a refusal for each of the codes. */
export function noteRefusals(context: object, field: string, codes: readonly string[]): void {
  const operation: WithRefusals = context;
  operation[REFUSALS] ??= [];
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  for (const [code, count] of counts) operation[REFUSALS].push({ field, code, count });
}

/** In the order of the root fields. */
export function refusalsOf(context: object): readonly TypedRefusal[] {
  const operation: WithRefusals = context;
  return operation[REFUSALS] ?? NONE;
}

const NONE: readonly TypedRefusal[] = [];
