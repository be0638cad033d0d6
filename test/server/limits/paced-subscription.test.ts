import { execute, parse } from 'graphql';
import { createSchema } from 'graphql-yoga';
import { expect, it } from 'vitest';
import { subscribePaced } from '../../../src/server/limits/paced-subscription.ts';
import { openPushQueue } from '../../../src/server/limits/push-queue.ts';
import { openSharedPushes } from '../../../src/server/limits/shared-pushes.ts';
import { RateLimitedError } from '../../../src/values/errors.ts';

it('a push whose reads are rate limited for a moment is executed again, and keeps its place', async () => {
  let refused = 0;
  const schema = createSchema({
    typeDefs: 'type Query { x: Int } type Subscription { count: Int! }',
    resolvers: {
      Subscription: {
        count: {
          async *subscribe() {
            yield* [1, 2, 3];
          },
          resolve(count: number) {
            if (count !== 2 || refused === 2) return count;
            refused += 1;
            throw new RateLimitedError('Too much at once.', 0.001);
          },
        },
      },
    },
  });
  const pushes = await subscribePaced(
    { schema, document: parse('subscription { count }') },
    {
      join: () => openSharedPushes(openPushQueue()).join('count'),
      pay: () => ({ waitMs: 0, extensions: {} }),
      push: async (args) => ({ result: await execute(args), isTooMuch: false }),
      hasLeft: () => false,
    },
  );
  const came: unknown[] = [];
  if (Symbol.asyncIterator in pushes) for await (const { data } of pushes) came.push(data?.['count']);
  expect({ came, refused }).toEqual({ came: [1, 2, 3], refused: 2 });
});
