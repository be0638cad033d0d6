/** The customer of a user: its id is the user's. */
import type { AuthUser, BrimPluginOptions, EndpointContext } from './options.ts';

/** For how long a user waits for Brim, with all retries. */
const DEADLINE_MS = 5_000;

/** A name and an email of this length are both too long for Brim. */
const LONGEST_REFUSED = 321;

export const deadline = () => ({ signal: AbortSignal.timeout(DEADLINE_MS) });

export interface Logger {
  warn(message: string): void;
  error(message: string): void;
}

/** All of them throw a BrimError where Brim cannot be reached. */
export interface Customers {
  /** Makes the customer of a user: once, however often it is called. */
  create(user: AuthUser, ctx: EndpointContext): Promise<void>;
  /** Tells Brim of another name or email. Where there is no customer it does nothing. */
  update(user: AuthUser, ctx: EndpointContext): Promise<void>;
  /** @returns false while something of the customer is open. */
  erase(user: AuthUser): Promise<boolean>;
  revokeTokens(user: AuthUser): Promise<void>;
}

interface Words {
  readonly id: string;
  readonly name?: string | null | undefined;
  readonly email?: string | null | undefined;
}

interface Answer {
  readonly __typename: string;
  readonly issues?: readonly { readonly path: readonly string[] }[];
}

export function openCustomers(options: BrimPluginOptions, logger: Logger): Customers {
  const { client, getCustomerCreateParams, onCustomerCreate } = options;

  async function paramsOf(user: AuthUser, ctx: EndpointContext) {
    const words = { name: cut(user.name), email: cut(user.email) };
    return { ...words, ...(await getCustomerCreateParams?.(user, ctx)), id: user.id };
  }

  /** Sends it again without a name or an email that Brim does not take: one of 300 characters. */
  async function sendWords<Input extends Words, Given extends Answer>(
    input: Input,
    send: (input: Input) => Promise<Given>,
  ): Promise<Given> {
    const answer = await send(input);
    const refused = (['name', 'email'] as const).filter((field) => answer.issues?.some(({ path }) => path[0] === field));
    if (refused.length === 0) return answer;
    logger.warn(`Brim does not take the ${refused.join(' and the ')} of user ${input.id}.`);
    return send({ ...input, ...Object.fromEntries(refused.map((field) => [field, undefined])) });
  }

  return {
    async create(user, ctx) {
      const answer = await sendWords(await paramsOf(user, ctx), (input) => client.createCustomer(input, deadline()));
      if (answer.__typename !== 'CreateCustomerSuccess') throw new Error(answer.message);
      if (!answer.created) return;
      try {
        await onCustomerCreate?.({ customer: answer.customer, user }, ctx);
      } catch (error) {
        logger.error(`onCustomerCreate failed for user ${user.id}: ${messageOf(error)}`);
      }
    },
    async update(user, ctx) {
      const { id, name, email } = await paramsOf(user, ctx);
      const known = await client.customer(id, deadline());
      if (!known || (known.name === name && known.email === email)) return;
      const answer = await sendWords({ id, name, email }, (input) => client.updateCustomer(input, deadline()));
      if (answer.__typename === 'InvalidInputError') throw new Error(answer.message);
    },
    async erase({ id }) {
      const answer = await client.eraseCustomer({ customerId: id, reason: 'The user was deleted.' }, deadline());
      if (answer.__typename === 'InvalidInputError') throw new Error(answer.message);
      return answer.__typename !== 'CustomerNotErasableError';
    },
    async revokeTokens({ id }) {
      await client.revokeCustomerTokens({ customerId: id }, deadline());
    },
  };
}

/** null for no words. Of any others it keeps as much as Brim needs to refuse what is too long. */
const cut = (words: string | null | undefined) => words?.slice(0, LONGEST_REFUSED) || null;

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
