/**
 * Checks the format of a request before anything of it runs: a content type that Brim reads, an
 * accepted type that it writes, and URL parameters that are JSON. Refusals are JSON, also for
 * clients that did not accept it.
 */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { codeOfStatus } from '../answers/error-codes.ts';
import { withoutInternals } from '../answers/masking.ts';
import { readAccept } from '../streams/accept-header.ts';
import { headOf } from '../streams/event-stream.ts';

export function useRequestFormat(): Plugin {
  return {
    onRequestParse({ request, url, requestParser }) {
      const { json, events } = readAccept(request.headers.get('accept'));
      if (!json && !events) throw refusal(406, 'Answers are "application/json" or "text/event-stream": accept one of them.');
      if (request.method === 'POST' && (!requestParser || isForm(request))) {
        throw refusal(415, 'Send the operation as JSON, with "content-type: application/json".');
      }
      if (request.method !== 'GET') return;
      for (const name of ['variables', 'extensions']) {
        if (isBrokenJson(url.searchParams.get(name))) throw refusal(400, `The parameter "${name}" must be JSON.`);
      }
    },
    onResultProcess({ resultProcessor, setResultProcessor }) {
      if (resultProcessor) return;
      const answer: Parameters<typeof setResultProcessor>[0] = (result, fetchAPI) => {
        if (Array.isArray(result) || isAsyncIterable(result)) throw new Error('Only a refusal is answered so.');
        const { status, headers } = headOf(result);
        const type = { 'content-type': 'application/json; charset=utf-8' };
        return new fetchAPI.Response(JSON.stringify(shown(result)), { status, headers: { ...headers, ...type } });
      };
      setResultProcessor(answer, 'application/json');
    },
  };
}

function shown({ errors, ...result }: ExecutionResult): object {
  return errors ? { errors: errors.map(withoutInternals), ...result } : result;
}

/** Yoga would read a form, but only foreign web pages send them. */
function isForm({ headers }: Request): boolean {
  return headers.get('content-type')?.toLowerCase().startsWith('application/x-www-form-urlencoded') ?? false;
}

function isBrokenJson(text: string | null): boolean {
  if (!text) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

function refusal(status: number, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: codeOfStatus(status), http: { status } } });
}
