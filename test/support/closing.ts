import { afterAll } from 'vitest';

interface Closable {
  close(): Promise<void>;
}

/**
 * Call it inside `describe`. What is handed to the function that it returns is closed after the
 * last test, the newest first.
 */
export function closedAfterAll(): <Part extends Closable>(part: Part) => Part {
  const open: Closable[] = [];
  afterAll(async () => {
    for (let part = open.pop(); part; part = open.pop()) await part.close();
  });
  return (part) => {
    open.push(part);
    return part;
  };
}
