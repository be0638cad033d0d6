/** A process of the benchmark: contenders and callers each have their own event loop. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Child<Task, Result> {
  run(task: Task): Promise<Result>;
  close(): Promise<void>;
}

/** Starts a module that serves tasks (see `serveTasks`), with an argument. */
export async function openChild<Task, Result>(module: string, argument = ''): Promise<Child<Task, Result>> {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), [argument], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  await next(child);
  return {
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
