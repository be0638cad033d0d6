/** What a command says, and where: results on standard output, progress on standard error. */
export interface Terminal {
  /** A line of the result. */
  say(line: string): void;
  /** How far the command is. On a terminal each replaces the one before. */
  progress(line: string): void;
  /** What the command waits for, or tries again: a line of standard error. */
  note(line: string): void;
}

export interface Streams {
  readonly out: Pick<NodeJS.WriteStream, 'write'>;
  readonly err: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>;
}

/** In a log, a line of progress each so often is enough. */
const TELL_EVERY_MS = 5_000;

export function openTerminal({ out, err }: Streams): Terminal {
  let isOpen = false;
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    say(line) {
      if (isOpen) err.write('\n');
      isOpen = false;
      out.write(`${line}\n`);
    },
    progress(line) {
      if (err.isTTY) {
        err.write(`\r\u001b[K${line}`);
        isOpen = true;
        return;
      }
      if (performance.now() - toldAt < TELL_EVERY_MS) return;
      toldAt = performance.now();
      err.write(`${line}\n`);
    },
    note(line) {
      err.write(`${isOpen ? '\n' : ''}${line}\n`);
      isOpen = false;
    },
  };
}

/** 1234567 is "1,234,567". */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
