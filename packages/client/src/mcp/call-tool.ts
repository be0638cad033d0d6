/** One call of a tool: the operation is sent, and what Brim answers is for an agent to read. */
import { randomUUID } from 'node:crypto';
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { DocumentTool } from '../documents/document-tool.ts';
import type { Brim } from '../server/brim.ts';
import { BrimError } from '../server/brim-error.ts';

type Loose = Readonly<Record<string, unknown>>;

/** Some 25,000 tokens: hosts refuse or cut what is longer. */
const ANSWER_MAX_CHARACTERS = 100_000;

/**
 * A mutation that takes a key gets one where the agent gave none, so that it can be sent again
 * after a lost answer. Other mutations are sent once.
 */
export async function callTool(
  brim: Pick<Brim, 'request'>,
  tool: DocumentTool,
  given: Loose,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const key = tool.takesKey ? keyOf(given) : undefined;
  const variables = key ? { ...given, input: { ...inputOf(given), idempotencyKey: key } } : given;
  try {
    const data = await brim.request(tool.document, variables, { idempotent: key !== undefined, signal });
    return answerOf(data, tool);
  } catch (error) {
    if (!(error instanceof BrimError)) throw error;
    const { code, message, retryable, retryAfterSeconds, done, entryId, purchaseId } = error;
    // With the key the agent can repeat what may have been done.
    return refusal({ code, message, retryable, retryAfterSeconds, done, entryId, purchaseId, idempotencyKey: key });
  }
}

function answerOf(data: Loose, { annotations }: DocumentTool): CallToolResult {
  const [payload] = Object.values(data);
  if (isRefusal(payload)) return refusal({ code: codeOf(payload.__typename), ...payload });
  const { length } = JSON.stringify(data);
  if (length <= ANSWER_MAX_CHARACTERS) return resultOf(data);
  const done = !annotations.readOnlyHint;
  const says = `has ${length} characters, more than the ${ANSWER_MAX_CHARACTERS} that a tool may give`;
  const message = done
    ? `It is done, and its answer ${says}.`
    : `The answer ${says}. Ask for less: a smaller \`first\`, or one thing.`;
  return refusal({ code: 'ANSWER_TOO_LARGE', message, retryable: false, done });
}

/** The same as data and, for hosts that show only text, as text. */
function resultOf(facts: Loose): CallToolResult {
  const text = JSON.stringify(facts);
  return { structuredContent: JSON.parse(text), content: [{ type: 'text', text }] };
}

const refusal = (facts: Loose): CallToolResult => ({ ...resultOf(facts), isError: true });

/** A payload of a mutation that is an error. */
function isRefusal(payload: unknown): payload is { readonly __typename: string } {
  if (typeof payload !== 'object' || payload === null || !('__typename' in payload)) return false;
  return typeof payload.__typename === 'string' && payload.__typename.endsWith('Error');
}

/** As `errors` would have it: INVALID_INPUT for an InvalidInputError. */
export function codeOf(name: string): string {
  const words = name.replace(/Error$/, '').split(/(?<=[a-z])(?=[A-Z])/);
  return words.join('_').toUpperCase();
}

const inputOf = ({ input }: Loose) => input as Loose;

function keyOf(variables: Loose): string {
  const { idempotencyKey } = inputOf(variables);
  return typeof idempotencyKey === 'string' ? idempotencyKey : randomUUID();
}
