/** A stock Yoga with the part of the API that tracks; `track` is given. */
import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { serveAt } from './serve.ts';

/** The balance after the track. */
export interface Tracked {
  readonly remaining: string;
  readonly version: number;
}

const typeDefs = `
  type Query { ok: Boolean! }
  type Mutation { track(input: TrackInput!): TrackPayload! }
  input TrackInput { customerId: ID!, featureId: ID!, value: Float = 1 }
  union TrackPayload = TrackSuccess
  type TrackSuccess { balance: Balance! }
  type Balance { remaining: String!, version: Int! }
`;

export function serveYoga(track: (customerId: string) => Promise<Tracked> | Tracked): void {
  const schema = createSchema({
    typeDefs,
    resolvers: {
      Query: { ok: () => true },
      Mutation: {
        track: async (_: unknown, { input }: { input: { customerId: string } }) => ({
          __typename: 'TrackSuccess',
          balance: await track(input.customerId),
        }),
      },
    },
  });
  const yoga = createYoga({ schema, logging: false, graphiql: false });
  serveAt(createServer((request, response) => void yoga(request, response)));
}
