/** A collector of OpenTelemetry: takes the spans that Brim sends, as JSON over HTTP. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TracesConfig } from '../../src/config/traces.ts';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of its trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** As OTLP numbers them. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** 2 for one that failed. */
  readonly status: number;
}

export const KINDS = { internal: 1, server: 2, client: 3 } as const;

export type Answer = (response: http.ServerResponse) => void;

export interface Collector {
  readonly url: string;
  /** What `config.traces` is for it. */
  readonly config: TracesConfig;
  readonly spans: readonly ReceivedSpan[];
  /** All that was received, as text. */
  readonly texts: readonly string[];
  readonly headers: readonly http.IncomingHttpHeaders[];
  /** Attributes of the services that sent something. */
  readonly resources: readonly Readonly<Record<string, unknown>>[];
  /** The spans below this one. */
  below(span: Pick<ReceivedSpan, 'spanId'>): readonly ReceivedSpan[];
  close(): Promise<void>;
}

/** @param answer Left out: it takes what is sent. */
export async function openCollector(answer: Answer = (response) => void response.end('{}')): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const texts: string[] = [];
  const headers: http.IncomingHttpHeaders[] = [];
  const resources: Record<string, unknown>[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    texts.push(text);
    headers.push(request.headers);
    for (const { resource, scopeSpans } of JSON.parse(text).resourceSpans) {
      resources.push(attributesOf(resource.attributes));
      for (const scope of scopeSpans) spans.push(...scope.spans.map(spanOf));
    }
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    config: {
      url: `${url}/v1/traces`,
      headers: {},
      resource: { 'service.name': 'brim' },
      sampler: { share: 'all', isParentBased: true },
    },
    ...{ spans, texts, headers, resources },
    below: ({ spanId }) => spans.filter(({ parentSpanId }) => parentSpanId === spanId),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

function attributesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

/** A span as OTLP writes it. */
interface SentSpan extends Pick<ReceivedSpan, 'traceId' | 'spanId' | 'name' | 'kind'> {
  readonly parentSpanId?: string;
  readonly attributes: readonly Attribute[];
  readonly links?: ReceivedSpan['links'];
  readonly status?: { readonly code?: number };
}

function spanOf({ traceId, spanId, parentSpanId = '', name, kind, attributes, links = [], status }: SentSpan): ReceivedSpan {
  return {
    ...{ traceId, spanId, parentSpanId, name, kind, links },
    attributes: attributesOf(attributes),
    status: status?.code ?? 0,
  };
}
