/**
 * The work that is under way, told to whoever records it as spans.
 *
 * A room opens a span around its work, and does not know who records it. Where nobody does,
 * `spans()` is undefined, and the work is done as if there were no spans. They carry no payloads,
 * no personal data and no secrets.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { TypedRefusal } from '../values/typed-refusals.ts';

/** For each kind of span, what is known at its beginning, and what only at its end. */
export interface SpanKinds {
  /** A request to the HTTP server. It goes on with the trace that its headers name. */
  readonly request: {
    readonly begun: {
      readonly method: string;
      /** The path as a pattern, never with the values in it. */
      readonly route: string | undefined;
      readonly httpVersion: string;
      readonly headers: IncomingHttpHeaders;
    };
    readonly ended: { readonly status: number | undefined; readonly requestId: string };
  };
  /** A query or mutation. */
  readonly operation: {
    readonly begun: NamedOperation;
    readonly ended: {
      /** Of its errors. */
      readonly codes: readonly string[];
      /** What its payloads refuse. */
      readonly refusals: readonly TypedRefusal[];
    };
  };
  /** One event of a subscription, which is a trace of its own. */
  readonly push: {
    readonly begun: NamedOperation & { readonly event: unknown };
    readonly ended: { readonly codes: readonly string[] };
  };
  /** A batch of the ledger: it is below the first caller's span, and linked with the others. */
  readonly batch: {
    readonly begun: { readonly commands: number; readonly callers: readonly (Place | undefined)[] };
    readonly ended: object;
  };
  /** A statement, recorded only where it is a part of something. Its text has no values. */
  readonly statement: {
    readonly begun: {
      readonly text: string;
      readonly host: string;
      readonly port: number;
      readonly database: string | undefined;
    };
    readonly ended: { readonly error?: unknown };
  };
  /** A request to Stripe. */
  readonly stripe: {
    readonly begun: { readonly method: string; readonly url: URL };
    readonly ended: { readonly status?: number; readonly requestId?: string | null; readonly error?: unknown };
  };
}

/** The schema bounds how many types and fields there are. The name is the caller's. */
export interface NamedOperation {
  readonly type: string;
  /** Its root field; "several" where they differ. */
  readonly field: string;
  readonly name: string | undefined;
}

export interface Span<Kind extends keyof SpanKinds> {
  /** Runs work within it: the spans that it opens are below this one. */
  run<Result>(work: () => Result): Result;
  /** Only the first end counts. */
  end(ended: SpanKinds[Kind]['ended']): void;
}

/** Where in a trace some code runs, as its recorder knows it. */
export type Place = object;

export interface SpanRecorder {
  open<Kind extends keyof SpanKinds>(kind: Kind, begun: SpanKinds[Kind]['begun']): Span<Kind>;
  /** Where the present code runs; undefined outside of every span. */
  present(): Place | undefined;
  /** Runs work of several callers: its spans are below the first one's, and linked with others'. */
  forAll<Result>(callers: readonly (Place | undefined)[], work: () => Result): Result;
  /** Runs work that belongs to no span, although it began in one. */
  outside<Result>(work: () => Result): Result;
  /** Remembers that the present span has made this change, for the links of its pushes. */
  remember(change: object): void;
  /** The id of the present trace. */
  traceId(): string | undefined;
}

let present: SpanRecorder | undefined;

/** Who records spans; undefined where nobody does. */
export function spans(): SpanRecorder | undefined {
  return present;
}

/** Lets this one record from now on, instead of another. @returns what ends it. */
export function recordSpans(recorder: SpanRecorder): () => void {
  present = recorder;
  return () => {
    if (present === recorder) present = undefined;
  };
}
