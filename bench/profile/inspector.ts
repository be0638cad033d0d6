/** Takes CPU profiles of a process that Node's inspector listens in. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** From 0. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame; readonly children?: readonly number[] }[];
  /** The node of each sample. */
  readonly samples: readonly number[];
  /** From the sample before to each sample, in µs. */
  readonly timeDeltas: readonly number[];
}

const SAMPLE_EVERY_US = 200;

/** Profiles the process while `work` runs. */
export async function profileWhile(port: number, work: () => Promise<unknown>): Promise<CpuProfile> {
  const inspector = await connect(port);
  await inspector.ask('Profiler.enable');
  await inspector.ask('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
  await inspector.ask('Profiler.start');
  await work();
  const { profile } = (await inspector.ask('Profiler.stop')) as { readonly profile: CpuProfile };
  inspector.close();
  return profile;
}

async function connect(port: number) {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '', { maxPayload: 2 ** 30 });
  await once(socket, 'open');
  let asked = 0;
  const waiting = new Map<number, (result: unknown) => void>();
  socket.on('message', (data: Buffer) => {
    const { id, result } = JSON.parse(data.toString()) as { readonly id?: number; readonly result?: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  return {
    ask(method: string, params: object = {}): Promise<unknown> {
      asked += 1;
      socket.send(JSON.stringify({ id: asked, method, params }));
      return new Promise((resolve) => waiting.set(asked, resolve));
    },
    close: () => socket.terminate(),
  };
}
