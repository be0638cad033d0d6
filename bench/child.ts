/** A process of the benchmark: contenders and callers each have their own event loop. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { builtProgram, type Program } from './programs.ts';

export interface Child<Task, Result> {
  readonly pid: number;
  run(task: Task): Promise<Result>;
  close(): Promise<void>;
}

/**
 * Starts a program that serves tasks (see `serveTasks`), with an argument.
 * @param inspectorPort where Node's inspector listens. Left out: nowhere.
 */
export async function openChild<Task, Result>(
  program: Program,
  argument = '',
  inspectorPort?: number,
): Promise<Child<Task, Result>> {
  const child = fork(await builtProgram(program), [argument], {
    execArgv: inspectorPort === undefined ? [] : [`--inspect=127.0.0.1:${inspectorPort}`],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  await next(child);
  return {
    pid: child.pid ?? 0,
    async run(task) {
      child.send({ task });
      const answer = await next<{ result: Result } | { error: string }>(child);
      if ('error' in answer) throw new Error(answer.error);
      return answer.result;
    },
    async close() {
      child.disconnect();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** The child's side: says that it is ready, and answers one task after another. */
export function serveTasks<Task, Result>(run: (task: Task) => Promise<Result>, close?: () => Promise<void>): void {
  process.on('message', ({ task }: { task: Task }) => {
    run(task).then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.once('disconnect', () => void (close?.() ?? Promise.resolve()).finally(() => process.exit()));
  process.send?.({ ready: true });
}

function next<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a process of the benchmark ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message: Message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}
