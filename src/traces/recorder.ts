/**
 * Records spans with OpenTelemetry, each in its place: below the span in which its work runs.
 *
 * A trace is sampled as a whole. Work for several callers is recorded where one of them is: below
 * that one's span, and linked with the others.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  defaultTextMapGetter,
  type Link,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Place, Span, SpanKinds, SpanRecorder } from '../platform/spans.ts';
import { type Below, DESCRIPTIONS } from './descriptions.ts';

/** A span, with which others that share its work are linked. */
class SpanPlace {
  readonly span: OtelSpan;
  readonly links: readonly Link[];

  constructor(span: OtelSpan, links: readonly Link[] = []) {
    this.span = span;
    this.links = links;
  }

  /** False after the end, and where the trace is not sampled. */
  get isRecorded(): boolean {
    return this.span.isRecording();
  }

  /** True after the end of a sampled span. */
  get isOver(): boolean {
    return !this.isRecorded && (this.span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
  }
}

/** What a new span is below, and linked with. */
interface Above {
  readonly context: Context;
  readonly links: readonly Link[];
}

const ALONE: Above = { context: ROOT_CONTEXT, links: [] };

export interface Recorder extends SpanRecorder {
  /** Notes at the present span that it is answered with this code. */
  noteRefusal(code: string): void;
}

export function openRecorder(tracer: Tracer): Recorder {
  const places = new AsyncLocalStorage<SpanPlace | undefined>();
  const causes = new WeakMap<object, SpanContext>();
  const propagator = new W3CTraceContextPropagator();

  const outside = <Result>(work: () => Result): Result => places.run(undefined, work);
  /** Work may go on after its span has ended, and belongs to none then. */
  const present = (): SpanPlace | undefined => {
    const here = places.getStore();
    return here?.isOver ? undefined : here;
  };

  /** undefined where the span is not to be recorded at all. */
  function aboveOf(below: Below): Above | undefined {
    if (below === 'present') return contextIn(present()) ?? ALONE;
    if (below === 'present as a part') return contextIn(present());
    if ('callers' in below) return contextIn(placeOfAll(below.callers));
    if ('headers' in below) return { ...ALONE, context: propagator.extract(ROOT_CONTEXT, below.headers, defaultTextMapGetter) };
    const cause = typeof below.event === 'object' && below.event !== null ? causes.get(below.event) : undefined;
    return cause ? { ...ALONE, links: [{ context: cause }] } : ALONE;
  }

  function open<Kind extends keyof SpanKinds>(kind: Kind, begun: SpanKinds[Kind]['begun']): Span<Kind> {
    const { name, below, ...beginning } = DESCRIPTIONS[kind].begin(begun);
    const above = aboveOf(below);
    if (!above) return { run: outside, end: () => undefined };
    const span = tracer.startSpan(name, { ...beginning, links: [...above.links] }, above.context);
    const place = new SpanPlace(span);
    return {
      run: (work) => places.run(place, work),
      end(ended) {
        if (!place.isRecorded) return;
        const { attributes, failure } = DESCRIPTIONS[kind].end(ended);
        span.setAttributes(attributes);
        if (failure !== undefined) span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  return {
    open,
    present,
    outside,
    forAll: (callers, work) => places.run(placeOfAll(callers), work),
    remember(change) {
      const here = present();
      if (here?.isRecorded) causes.set(change, here.span.spanContext());
    },
    traceId: () => present()?.span.spanContext().traceId,
    noteRefusal: (code) => void present()?.span.setAttribute('brim.error.code', code),
  };
}

function contextIn(place: SpanPlace | undefined): Above | undefined {
  return place && { context: trace.setSpan(ROOT_CONTEXT, place.span), links: place.links };
}

/** The first caller whose trace is recorded, linked with the others. */
function placeOfAll(callers: readonly (Place | undefined)[]): SpanPlace | undefined {
  const recorded = callers.flatMap((caller) => (caller instanceof SpanPlace && caller.isRecorded ? [caller.span] : []));
  const [first, ...others] = new Set(recorded);
  return first && new SpanPlace(first, others.map(linkTo));
}

const linkTo = (span: OtelSpan): Link => ({ context: span.spanContext() });
