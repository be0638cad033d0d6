/**
 * Decides which results are sent over SSE, and checks a subscription over HTTP before it opens: the
 * request must accept event streams, and its caller may have one more connection.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Caller } from '../../access/budgets.ts';
import { maskError } from '../answers/masking.ts';
import { type ConnectionCounts, tooManyConnections } from '../limits/connection-counts.ts';
import { readAccept } from './accept-header.ts';
import type { EventStreams } from './event-stream.ts';

interface HttpContext {
  readonly req?: IncomingMessage;
  readonly res?: ServerResponse;
  readonly caller?: Caller;
}

export interface EventStreamOptions {
  readonly streams: EventStreams;
  readonly connectionCounts: ConnectionCounts;
}

export function useEventStreams({ streams, connectionCounts }: EventStreamOptions): Plugin<HttpContext, HttpContext> {
  return {
    onSubscribe({ args, setResultAndStopExecution }) {
      const { req, res, caller }: HttpContext = args.contextValue;
      // An operation of a socket; the socket itself was counted.
      if (!req || !res) return;
      const refuse = (error: unknown) => setResultAndStopExecution({ errors: [maskError(error)] });
      if (!readAccept(req.headers.accept).events) return refuse(notAcceptable());
      if (!connectionCounts.admit(res, 'stream')) return refuse(tooManyConnections('This server'));
      if (caller?.actor.kind === 'customer' && !connectionCounts.admitFor(res, caller.actor.customerId)) {
        return refuse(tooManyConnections('This customer'));
      }
    },
    onResultProcess({ result, request, setResultProcessor, serverContext: { res } }) {
      if (!res) return;
      const { json, events } = readAccept(request.headers.get('accept'));
      if (!isAsyncIterable(result) && (json || !events)) return;
      // Receives the final result: other plugins may have changed it.
      const serve: Parameters<typeof setResultProcessor>[0] = async (results) => {
        if (Array.isArray(results)) throw new Error('Batches are not answered.');
        await streams.serve(results, res);
        // Never sent: the stream was the answer.
        return new Response(null);
      };
      setResultProcessor(serve, 'text/event-stream');
    },
  };
}

function notAcceptable(): GraphQLError {
  return new GraphQLError(
    'A subscription is answered as "text/event-stream": send that as the Accept header, or open a WebSocket.',
    {
      extensions: { code: 'NOT_ACCEPTABLE', http: { status: 406, headers: { accept: 'text/event-stream' } } },
    },
  );
}
