/**
 * Counts what one operation consumes while it runs, and stops it at its bounds.
 *
 * The cost that was computed before uses the declared sizes of lists. The meter counts the real
 * sizes, so that lists that are longer than declared are bounded too. The operation reads nothing
 * more once a bound is reached, its time is over, or its caller has disconnected.
 *
 * A root field of a mutation is never interrupted, and its time is not counted. Only the reads
 * beneath its payload are bounded.
 */
import type { GraphQLError } from 'graphql';
import { CanceledError, OverloadedError, TimedOutError } from '../../values/errors.ts';
import { maskError } from '../answers/masking.ts';
import { tooComplex } from './document-limits.ts';
import type { Bounds } from './operation-bounds.ts';
import type { TimeSlices } from './time-slices.ts';

/** The consumption of all running operations together. */
export interface ProcessLoad {
  /** Values that running operations hold. */
  values: number;
  /** Above this, every operation that holds more than its share is stopped. */
  readonly maxValues: number;
  readonly timeSlices: TimeSlices;
}

/** An operation that holds fewer values continues, however many the others hold. */
const SMALL_VALUES = 10_000;

/** The outcome of a mutation's root field: an Error where it threw. */
export type Outcome = 'under way' | 'done' | Error;

/** Counts one running operation. A class, because one is made for every operation. */
export class Meter {
  /** The reason, once the operation is stopped. */
  stopped: GraphQLError | undefined;
  /** The outcome of each root field that was begun. */
  readonly outcomes = new Map<string, Outcome>();
  readonly #bounds: Bounds;
  readonly #load: ProcessLoad;
  readonly #hasLeft: () => boolean;
  #notify: ((reason: GraphQLError) => void) | undefined;
  #values = 0;
  #loads = 0;
  #statements = 0;
  #endsAt: number;
  #isInRootField = false;

  constructor(bounds: Bounds, load: ProcessLoad, hasLeft: () => boolean) {
    this.#bounds = bounds;
    this.#load = load;
    this.#hasLeft = hasLeft;
    this.#endsAt = performance.now() + bounds.timeMs;
  }

  /** Counts a field that is about to be read. False once the operation is stopped. */
  takeField(statements: number): boolean {
    if (this.stopped) return false;
    this.#add(1);
    this.#statements += statements;
    return this.#mayGoOn();
  }

  /** Counts a field that waits. */
  takeLoad(): void {
    this.#loads += 1;
  }

  /** Counts the items of a list. False once the operation is stopped. */
  takeList(length: number): boolean {
    if (this.stopped) return false;
    this.#add(length);
    return this.#mayGoOn();
  }

  /**
   * Undefined where a value that has arrived may be read now; otherwise a promise for the time when
   * it may.
   */
  enter(weight: number): Promise<void> | undefined {
    return this.#load.timeSlices.enter(this, weight);
  }

  /** Releases everything that the operation holds. */
  end(): void {
    this.#load.values -= this.#values;
    this.#values = 0;
  }

  /**
   * A root field of a mutation is about to begin. `name` is its name in the answer. The time limit
   * pauses until it ends.
   */
  beginRootField(name: string): void {
    this.outcomes.set(name, 'under way');
    this.#endsAt -= performance.now();
    this.#isInRootField = true;
  }

  /** An expected refusal is a value, too: a member of the payload's union. */
  endRootField(name: string, result: unknown): void {
    this.outcomes.set(name, result instanceof Error ? result : 'done');
    this.#endsAt += performance.now();
    this.#isInRootField = false;
  }

  /** Stops the operation if its time is over or its caller has disconnected. */
  check(nowMs: number): void {
    if (this.stopped) return;
    if (this.#hasLeft()) this.#stop(maskError(new CanceledError('Nobody waits for this answer any more.')));
    else if (!this.#isInRootField && nowMs >= this.#endsAt) this.#stop(maskError(new TimedOutError(this.#timeOutWords())));
  }

  /** Calls back once the operation is stopped; at once where it already is. */
  onStop(callback: (reason: GraphQLError) => void): void {
    if (this.stopped) callback(this.stopped);
    else this.#notify = callback;
  }

  #add(values: number): void {
    this.#values += values;
    this.#load.values += values;
  }

  #mayGoOn(): boolean {
    if (this.#load.values > this.#load.maxValues && this.#values > SMALL_VALUES) return this.#giveWay();
    const { values, loads, statements } = this.#bounds;
    if (this.#values > values) return this.#refuse(`This operation reads more than ${values} values.`);
    if (this.#loads > loads) return this.#refuse(`This operation looks up more than ${loads} things.`);
    if (this.#statements > statements)
      return this.#refuse(`This operation needs more than ${statements} statements of the database.`);
    return true;
  }

  #giveWay(): false {
    this.#stop(maskError(new OverloadedError(`Too much is being read at once. Try again in a moment. ${WHAT_TO_DO}`)));
    return false;
  }

  #refuse(why: string): false {
    this.#stop(tooComplex(`${why} ${WHAT_TO_DO}`));
    return false;
  }

  #stop(reason: GraphQLError): void {
    this.stopped = reason;
    this.#notify?.(reason);
  }

  #timeOutWords(): string {
    return `This operation takes longer than ${this.#bounds.timeMs / 1_000} s. Try again in a moment. ${WHAT_TO_DO}`;
  }
}

const WHAT_TO_DO = 'Ask for fewer with "first" or "last", or in several operations.';
