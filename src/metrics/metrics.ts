/**
 * What Brim tells of itself to Prometheus, at /metrics of a port of its own: never at the port that
 * customers reach.
 */
import { createServer } from 'node:http';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Log } from '../platform/log.ts';
import { StartError } from '../platform/start-error.ts';
import { countFacts } from './counters.ts';
import { type Backlog, type ProcessState, showBacklog, showState } from './gauges.ts';

export interface MetricsOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly state: ProcessState;
  readonly readBacklog: () => Promise<Backlog>;
  readonly log: Log;
}

export interface Metrics {
  /** Where Prometheus finds them. */
  readonly url: string;
  close(): Promise<void>;
}

/** @throws StartError where the port is taken. */
export async function openMetrics({ host, port, state, readBacklog, log }: MetricsOptions): Promise<Metrics> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  showState(registry, state);
  showBacklog(registry, readBacklog);
  const endCounting = countFacts(registry);

  const server = createServer(async (req, res) => {
    if (req.method !== 'GET' || req.url?.split('?')[0] !== '/metrics') {
      res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is only GET /metrics here.\n');
      return;
    }
    try {
      const text = await registry.metrics();
      res.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' }).end(text);
    } catch (error) {
      log.error({ err: error }, 'metrics: could not be written');
      res.writeHead(500).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new StartError(`Metrics cannot listen at port ${port} of ${host}. Set BRIM_METRICS_PORT to a free one.`, { cause })),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const at = typeof address === 'object' && address ? address.port : port;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${at}/metrics`,
    async close() {
      endCounting();
      registry.clear();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
