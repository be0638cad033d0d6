/**
 * Turns types of the `stripe` package into data.
 *
 * A type is a list of alternatives: `string`, `number`, `boolean`, `null`, `'literal'`, `[]X`,
 * `{}X` (any key), `empty` (`{}` or `[]`), `#Struct`. A struct has its fields by name; `name?` is
 * one that may be left out.
 *
 * Two things keep it small. An object of Stripe's that no described endpoint answers with can only
 * be named by its id. Of the payment methods, only those of METHODS have their own fields.
 */
import ts from 'typescript5';

const METHODS = new Set(['card', 'link', 'sepa_debit', 'us_bank_account']);
/** Large fields that Brim and its sandbox do not use: only null and empty ones are described. */
const LEFT_OUT = new Set([
  ...['account', 'application', 'transfer', 'source', 'default_source', 'review', 'payment_method_options'],
  ...['shipping', 'shipping_address_collection', 'shipping_options', 'schedule_details', 'payment_details', 'amount_details'],
  ...['payment_method_data', 'custom_fields', 'optional_items', 'mandate_data', 'radar_options'],
  ...['capabilities', 'requirements', 'future_requirements', 'settings', 'company', 'individual', 'controller'],
]);

/** Objects that no endpoint of Brim's answers with, and that others always contain in full. */
const EMBEDDED = new Set(['Plan']);

export interface Shapes {
  typesOf(type: ts.Type): readonly string[];
  /** What all the types so far lead to. */
  readonly structs: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** The type that `Promise<Response<X>>` answers with, or a list of X. */
export function answerOf(checker: ts.TypeChecker, returned: ts.Type): { type: ts.Type; isList: boolean } | undefined {
  const [inner] = checker.getTypeArguments(returned as ts.TypeReference);
  const isList = returned.symbol.name === 'ApiListPromise';
  return inner && { type: isList ? inner : (inner.aliasTypeArguments?.[0] ?? inner), isList };
}

/**
 * @param objects the names of the objects that the described endpoints answer with.
 * @param methods the names of all payment methods.
 */
export function openShapes(checker: ts.TypeChecker, objects: ReadonlySet<string>, methods: ReadonlySet<string>): Shapes {
  const structs: Record<string, Record<string, readonly string[]>> = {};
  return { typesOf, structs };

  function typesOf(type: ts.Type): readonly string[] {
    const parts = type.isUnion() ? type.types : [type];
    return [...new Set(parts.flatMap(typeOf))].toSorted();
  }

  function typeOf(type: ts.Type): readonly string[] {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return [];
    if (flags & ts.TypeFlags.Null) return ['null'];
    if (flags & ts.TypeFlags.BooleanLike) return ['boolean'];
    if (type.isStringLiteral()) return [`'${type.value}'`];
    if (flags & ts.TypeFlags.String) return ['string'];
    if (flags & ts.TypeFlags.NumberLike) return ['number'];
    // OtherString: the enum has these values in this version.
    if (type.isIntersection() && type.types.some((part) => part.flags & ts.TypeFlags.String)) return [];
    if (type.symbol?.name === 'Decimal') return ['string'];
    if (checker.isArrayType(type)) {
      const [element] = checker.getTypeArguments(type as ts.TypeReference);
      const types = element ? typesOf(element).map((each) => `[]${each}`) : [];
      // Of objects that are not described, only an empty list can be.
      return types.length > 0 ? types : ['empty'];
    }
    if (!type.symbol) return ['any'];
    const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
    if (index && checker.getPropertiesOfType(type).length === 0) return typesOf(index).map((each) => `{}${each}`);
    const name = nameOf(checker, type);
    if (isObject(type) && !objects.has(name) && !EMBEDDED.has(name) && type.symbol.name !== 'ApiList') return [];
    structs[name] ??= fieldsOf(type, name);
    return [`#${name}`];
  }

  /** True of Stripe's objects, which others name by their ids. */
  function isObject(type: ts.Type): boolean {
    const object = type.getProperty('object');
    return object !== undefined && checker.getTypeOfSymbol(object).isStringLiteral();
  }

  function fieldsOf(type: ts.Type, name: string): Record<string, readonly string[]> {
    const fields: Record<string, readonly string[]> = {};
    structs[name] = fields;
    for (const property of checker.getPropertiesOfType(type)) {
      if (methods.has(property.name) && !METHODS.has(property.name)) continue;
      const optional = property.flags & ts.SymbolFlags.Optional ? '?' : '';
      fields[`${property.name}${optional}`] = LEFT_OUT.has(property.name)
        ? ['empty', 'null']
        : typesOf(checker.getTypeOfSymbol(property));
    }
    return fields;
  }
}

/** "Refund", or "Refund.DestinationDetails" of a type within its namespace. */
export function nameOf(checker: ts.TypeChecker, type: ts.Type): string {
  const args = type.aliasTypeArguments ?? checker.getTypeArguments(type as ts.TypeReference);
  const file = type.symbol.declarations?.[0]?.getSourceFile().fileName ?? '';
  // Checkout and the portal both have a Session.
  const room = file.includes('/BillingPortal/') ? 'BillingPortal.' : '';
  const own = room + checker.getFullyQualifiedName(type.symbol).replace(/^".*"\./, '');
  return args.length > 0 ? `${own}<${args.map((each) => (each.symbol ? nameOf(checker, each) : '?')).join()}>` : own;
}
