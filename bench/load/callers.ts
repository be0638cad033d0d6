/** The process of the callers: on the event loop of what they measure they would slow it. */
import { serveTasks } from '../child.ts';
import type { Rate } from '../rate.ts';
import { callOverHttp, type HttpTask } from './http.ts';
import { followPushes, type PushTask } from './pushes.ts';
import { callOverSockets, type SocketTask } from './socket-tracks.ts';

export type CallersTask = HttpTask | SocketTask | PushTask;

serveTasks<CallersTask, Rate>((task) => {
  switch (task.over) {
    case 'http':
      return callOverHttp(task);
    case 'socket':
      return callOverSockets(task);
    case 'pushes':
      return followPushes(task);
  }
});
