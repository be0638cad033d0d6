/**
 * Sends spans by OTLP over HTTP. Where that fails the spans are lost, and the log says so once,
 * until it works again.
 */
import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Log } from '../platform/log.ts';

export interface ExporterOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** What a receiver says may be long. */
const REASON_MAX_CHARACTERS = 200;

export function openExporter({ url, headers, log }: ExporterOptions): SpanExporter {
  const otlp = new OTLPTraceExporter({ url, headers: { ...headers } });
  const { origin, pathname } = new URL(url);
  let isFailing = false;
  return {
    export(spans, done) {
      otlp.export(spans, ({ code, error }) => {
        const hasFailed = code !== ExportResultCode.SUCCESS;
        const to = `${origin}${pathname}`;
        if (hasFailed && !isFailing) {
          const reason = (error?.message || 'no reason was given').slice(0, REASON_MAX_CHARACTERS);
          log.warn({ to, reason }, 'traces: spans cannot be sent, and are lost until they can be');
        } else if (!hasFailed && isFailing) log.info({ to }, 'traces: spans are sent again');
        isFailing = hasFailed;
        // It is reported already.
        done({ code: ExportResultCode.SUCCESS });
      });
    },
    shutdown: () => otlp.shutdown(),
  };
}
