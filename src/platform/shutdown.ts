/**
 * Closes parts in the opposite order of their opening, each once. A part that fails to close does
 * not keep the others open.
 */
export interface Closers {
  add<Part extends { close(): Promise<void> }>(part: Part): Part;
  close(): Promise<void>;
}

export function openClosers(): Closers {
  const parts: { close(): Promise<void> }[] = [];
  let closed: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let part = parts.pop(); part; part = parts.pop()) await part.close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'some parts did not close');
  }

  return {
    add(part) {
      parts.push(part);
      return part;
    },
    close() {
      closed ??= closeAll();
      return closed;
    },
  };
}
