/**
 * What one operation may consume while it runs, and how far it has come.
 *
 * Its cost was reckoned beforehand from what its lists say of themselves; this counts what really comes of it, so that a list that is
 * longer than it says, or that says nothing, is bounded too. Once something is used up, or time is, or nobody waits for the answer
 * any more, nothing more is read.
 *
 * A verb of a mutation is never cut off, and its time is not counted: what is bounded is what is read beneath its payload.
 */
import type { GraphQLError } from 'graphql';
import { CanceledError, OverloadedError, TimedOutError } from '../../values/errors.ts';
import { maskError } from '../answers/masking.ts';
import { tooComplex } from './document-limits.ts';
import type { Bounds } from './operation-bounds.ts';
import type { TimeSlices } from './time-slices.ts';

/** What all that runs has in common. */
export interface ProcessLoad {
  /** Values that are held by operations under way. */
  values: number;
  /** Beyond it, whoever holds more than its share of them goes no further. */
  readonly maxValues: number;
  readonly timeSlices: TimeSlices;
}

/** An operation that holds fewer goes on, however many the others hold. */
const SMALL_VALUES = 10_000;

/** What came of a verb: an Error where it was refused. */
export type Outcome = 'under way' | 'done' | Error;

/** An operation while it runs. A class, for it is made for every operation and does nothing but count. */
export class Meter {
  /** Set once it is stopped, and why. */
  stopped: GraphQLError | undefined;
  /** What came of each verb that was begun. */
  readonly outcomes = new Map<string, Outcome>();
  readonly #bounds: Bounds;
  readonly #load: ProcessLoad;
  readonly #hasLeft: () => boolean;
  #notify: ((reason: GraphQLError) => void) | undefined;
  #values = 0;
  #loads = 0;
  #statements = 0;
  #endsAt: number;
  #isInVerb = false;

  constructor(bounds: Bounds, load: ProcessLoad, hasLeft: () => boolean) {
    this.#bounds = bounds;
    this.#load = load;
    this.#hasLeft = hasLeft;
    this.#endsAt = performance.now() + bounds.timeMs;
  }

  /** One field is about to be read. False once the operation is stopped. */
  takeField(statements: number): boolean {
    if (this.stopped) return false;
    this.#add(1);
    this.#statements += statements;
    return this.#mayGoOn();
  }

  /** The field waits for something. */
  takeLoad(): void {
    this.#loads += 1;
  }

  /** A list came. False once the operation is stopped. */
  takeList(length: number): boolean {
    if (this.stopped) return false;
    this.#add(length);
    return this.#mayGoOn();
  }

  /** Something came that was waited for: undefined where it may be read now, else what resolves when it may. */
  enter(weight: number): Promise<void> | undefined {
    return this.#load.timeSlices.enter(this, weight);
  }

  /** It is over, and holds nothing any more. */
  end(): void {
    this.#load.values -= this.#values;
    this.#values = 0;
  }

  /** One of a mutation's verbs is about to begin, known by its name in the answer. Time stands still until it ends. */
  beginVerb(name: string): void {
    this.outcomes.set(name, 'under way');
    this.#endsAt -= performance.now();
    this.#isInVerb = true;
  }

  /** An expected refusal is a value, too: a member of the payload's union. */
  endVerb(name: string, result: unknown): void {
    this.outcomes.set(name, result instanceof Error ? result : 'done');
    this.#endsAt += performance.now();
    this.#isInVerb = false;
  }

  /** Looks at the time, and whether anybody waits. */
  look(nowMs: number): void {
    if (this.stopped) return;
    if (this.#hasLeft()) this.#stop(maskError(new CanceledError('Nobody waits for this answer any more.')));
    else if (!this.#isInVerb && nowMs >= this.#endsAt) this.#stop(maskError(new TimedOutError(this.#timeOutWords())));
  }

  /** Calls back once it is stopped; at once where it is. */
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

const WHAT_TO_DO = 'Ask for fewer with "first", or in several operations.';
