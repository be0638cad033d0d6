/**
 * Wraps the resolvers of a schema so that a meter counts every field while an operation reads it.
 *
 * The executor cannot be stopped from outside, so an operation ends only when its fields refuse.
 * Each resolver is therefore wrapped, once for each schema, and finds the meter of its operation in
 * the context. Without a meter it behaves as before.
 *
 * Once an operation is stopped, a field that begins throws. A field that waits stays pending for
 * ever instead of rejecting: a list whose item throws synchronously abandons the promises of the
 * other items, and an unhandled rejection ends the process. The garbage collector frees the pending
 * promises with everything that waits for them. The code that runs the operation therefore answers
 * without waiting for it.
 */
import { defaultFieldResolver, type GraphQLField, type GraphQLSchema, getNullableType, isListType, isObjectType } from 'graphql';
import type { Meter } from './operation-meter.ts';

const METER: unique symbol = Symbol('meter');

interface MeteredContext {
  [METER]?: Meter;
}

/** Makes this meter count everything that is read with this context. */
export function setMeter(context: object, meter: Meter): void {
  const metered: MeteredContext = context;
  metered[METER] = meter;
}

/** What wraps a resolver already. Schemas may share types, and their fields. */
const metered = new WeakSet<Resolve>();

/** Returns the same schema. A second call changes nothing. */
export function meterResolvers(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const isMutation = type === schema.getMutationType();
    for (const field of Object.values(type.getFields())) {
      if (field.resolve && metered.has(field.resolve)) continue;
      field.resolve = isMutation ? meterRootField(field) : meterField(field);
      metered.add(field.resolve);
    }
  }
  return schema;
}

type Field = GraphQLField<unknown, MeteredContext | undefined>;
type Resolve = NonNullable<Field['resolve']>;

function meterField(field: Field): Resolve {
  const { resolve = defaultFieldResolver } = field;
  const statements = field.extensions.cost?.statements ?? 0;
  const isList = isListType(getNullableType(field.type));
  return (source, args, context, info) => {
    const meter = context?.[METER];
    if (!meter) return resolve(source, args, context, info);
    if (!meter.takeField(statements)) throw meter.stopped;
    const result = resolve(source, args, context, info);
    if (result instanceof Promise) {
      meter.takeLoad();
      return result.then(
        (value) => {
          const turn = meter.enter(weightOf(value, isList));
          if (turn) return turn.then(() => (mayBeShown(value, isList, meter) ? value : never()));
          return mayBeShown(value, isList, meter) ? value : never();
        },
        (error) => (meter.stopped ? never() : Promise.reject(error)),
      );
    }
    if (!mayBeShown(result, isList, meter)) throw meter.stopped;
    return result;
  };
}

function mayBeShown(value: unknown, isList: boolean, meter: Meter): boolean {
  return isList && Array.isArray(value) ? meter.takeList(value.length) : meter.stopped === undefined;
}

function weightOf(value: unknown, isList: boolean): number {
  return isList && Array.isArray(value) ? 1 + value.length : 1;
}

/**
 * A promise of its own for each field: all fields that wait for a shared one would never be freed.
 */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

function meterRootField(field: Field): Resolve {
  const { resolve = defaultFieldResolver } = field;
  return (source, args, context, info) => {
    const meter = context?.[METER];
    if (!meter) return resolve(source, args, context, info);
    // The error tells the caller that this root field was not begun.
    if (meter.stopped) throw meter.stopped;
    const name = String(info.path.key);
    const end = (result: unknown) => meter.endRootField(name, result);
    meter.beginRootField(name);
    try {
      const result = resolve(source, args, context, info);
      if (result instanceof Promise) result.then(end, end);
      else end(result);
      return result;
    } catch (error) {
      end(error);
      throw error;
    }
  };
}
