/**
 * A schema whose every field is counted while it is read.
 *
 * The executor stops for nobody: whoever wants an operation to end has to make its fields refuse. So each resolver is wrapped, once
 * for a schema, and looks into the context for the meter of its operation. Without one it is as it was.
 *
 * Once an operation is stopped, a field that begins throws, and one that waits for something never gets it. It must not be
 * rejected: what throws at once in the midst of a list leaves its siblings' promises to nobody, and a rejection that nobody
 * hears ends the process. What never comes is let go of with all that waits for it. So whoever runs the operation answers
 * without waiting for it.
 */
import { defaultFieldResolver, type GraphQLField, type GraphQLSchema, getNullableType, isListType, isObjectType } from 'graphql';
import type { Meter } from './operation-meter.ts';

const METER: unique symbol = Symbol('meter');

interface MeteredContext {
  [METER]?: Meter;
}

/** From now on, what is read with this context is counted by this meter. */
export function setMeter(context: object, meter: Meter): void {
  const metered: MeteredContext = context;
  metered[METER] = meter;
}

const metered = new WeakSet<GraphQLSchema>();

/** The same schema. Doing it twice is doing it once. */
export function meterResolvers(schema: GraphQLSchema): GraphQLSchema {
  if (metered.has(schema)) return schema;
  metered.add(schema);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const isMutation = type === schema.getMutationType();
    for (const field of Object.values(type.getFields())) field.resolve = isMutation ? meterVerb(field) : meterField(field);
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

/** One for each: what waits for a common one would be held for ever. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

function meterVerb(field: Field): Resolve {
  const { resolve = defaultFieldResolver } = field;
  return (source, args, context, info) => {
    const meter = context?.[METER];
    if (!meter) return resolve(source, args, context, info);
    // Its caller is told that it was not begun.
    if (meter.stopped) throw meter.stopped;
    const name = String(info.path.key);
    const end = (result: unknown) => meter.endVerb(name, result);
    meter.beginVerb(name);
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
