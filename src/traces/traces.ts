/**
 * OpenTelemetry traces: what rooms tell of their work as spans, sent to a collector.
 *
 * Loaded only where the configuration has one. Spans wait in a bounded queue, from which they are
 * sent aside of all requests; what does not fit in it is lost.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { onFact } from '../platform/facts.ts';
import type { Log } from '../platform/log.ts';
import { recordSpans } from '../platform/spans.ts';
import { openExporter } from './exporter.ts';
import { openRecorder } from './recorder.ts';

export interface TracesOptions {
  /** Where spans are sent, with the path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Attributes of the service: its name and others. */
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: SamplerOptions;
  readonly version: string;
  readonly log: Log;
}

/** Which of the traces that begin here are recorded, and whether callers decide for theirs. */
export interface SamplerOptions {
  readonly share: 'all' | 'none' | number;
  readonly isParentBased: boolean;
}

/** Statements are long, and their beginnings tell them apart. */
const TEXT_MAX_CHARACTERS = 1_000;
/** How long the last spans may take to be sent at the end. */
const FLUSH_MS = 3_000;

export function openTraces({ url, headers, resource, sampler, version, log }: TracesOptions): { close(): Promise<void> } {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.version': version, 'service.instance.id': randomUUID(), ...resource }),
    sampler: samplerOf(sampler),
    spanLimits: { attributeValueLengthLimit: TEXT_MAX_CHARACTERS },
    spanProcessors: [new BatchSpanProcessor({ exporter: openExporter({ url, headers, log }) })],
  });
  const recorder = openRecorder(provider.getTracer('brim', version));
  const endings = [recordSpans(recorder), onFact('refusal', ({ code }) => recorder.noteRefusal(code))];
  return {
    async close() {
      for (const end of endings) end();
      const giveUp = new AbortController();
      const tooLong = wait(FLUSH_MS, undefined, { signal: giveUp.signal }).catch(() => undefined);
      await Promise.race([provider.shutdown().catch(() => undefined), tooLong]);
      giveUp.abort();
    },
  };
}

function samplerOf({ share, isParentBased }: SamplerOptions): Sampler {
  const root = typeof share === 'number' ? new TraceIdRatioBasedSampler(share) : new SAMPLERS[share]();
  return isParentBased ? new ParentBasedSampler({ root }) : root;
}

const SAMPLERS = { all: AlwaysOnSampler, none: AlwaysOffSampler };
