/**
 * Limits the length, tokens, depth, aliases and directives of a document, the number of its
 * validation errors, and whether it may read the schema. Introspection counts towards the length
 * and the tokens only.
 *
 * It is a Yoga plugin that does not read the request, so WebSocket operations meet the same limits.
 */
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  type ValidationContext,
  type ValidationRule,
  validate,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { PARSE_FAILED_CODE, VALIDATION_FAILED_CODE, withCode } from '../answers/error-codes.ts';
import type { Limits } from './limits.ts';

export interface DocumentLimits {
  readonly limits: Limits;
  /** Allows introspection and suggestions of names. */
  readonly showSchema: boolean;
}

/** The default of 100 is more than anybody reads, and building each message takes time. */
const VALIDATION_ERRORS_MAX = 20;
const TOO_COMPLEX_CODE = 'QUERY_TOO_COMPLEX';

export function useDocumentLimits({ limits, showSchema }: DocumentLimits): Plugin {
  const rules = [...shapeRules(limits), ...(showSchema ? [] : [NoSchemaIntrospectionCustomRule])];
  return {
    onParse({ params, setParseFn }) {
      if (params.source.toString().length > limits.documentMaxCharacters) {
        throw tooComplex(`A document may have ${limits.documentMaxCharacters} characters; put what varies into variables.`);
      }
      setParseFn((source, options) => {
        try {
          return parse(source, { ...options, maxTokens: limits.documentMaxTokens });
        } catch (error) {
          throw error instanceof GraphQLError ? notParsed(error, limits) : error;
        }
      });
    },
    onValidate({ addValidationRule, setValidationFn }) {
      for (const rule of rules) addValidationRule(rule);
      setValidationFn((schema, document, allRules) =>
        eachOnce(validate(schema, document, allRules, { maxErrors: VALIDATION_ERRORS_MAX, hideSuggestions: !showSchema })).map(
          (error) => withCode(error, VALIDATION_FAILED_CODE),
        ),
      );
    },
  };
}

/** The rules report instead of throwing, so their errors are validation errors like all others. */
function shapeRules(limits: Limits): ValidationRule[] {
  const report = {
    propagateOnRejection: false,
    onReject: [
      (context: ValidationContext | null, error: GraphQLError) =>
        context?.reportError(tooComplex(`${error.message.replace(/^Syntax Error: /, '')} Ask in several operations.`)),
    ],
  };
  return [
    maxDepthRule({ n: limits.documentMaxDepth, flattenFragments: true, ...report }),
    maxAliasesRule({ n: limits.documentMaxAliases, allowList: [], ...report }),
    maxDirectivesRule({ n: limits.documentMaxDirectives, ...report }),
    maxRepeatsRule(limits.documentMaxRepeats),
  ];
}

function maxRepeatsRule(most: number): ValidationRule {
  return (context) => ({
    SelectionSet({ selections }) {
      const times = new Map<string, number>();
      for (const node of selections) {
        const name =
          node.kind === Kind.INLINE_FRAGMENT ? '...' : (node.kind === Kind.FIELD && node.alias?.value) || node.name.value;
        times.set(name, (times.get(name) ?? 0) + 1);
      }
      for (const [name, count] of times) {
        if (count > most)
          context.reportError(tooComplex(`"${name}" may stand ${most} times in one place, and stands there ${count} times.`));
      }
    },
  });
}

/** Keeps the first of several errors with the same message. */
function eachOnce(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  return [...new Map(errors.toReversed().map((error) => [error.message, error])).values()].toReversed();
}

function notParsed(error: GraphQLError, { documentMaxTokens }: Limits): GraphQLError {
  if (!error.message.includes(`${documentMaxTokens} tokens`)) return withCode(error, PARSE_FAILED_CODE);
  return tooComplex(`A document may have ${documentMaxTokens} tokens; put what varies into variables, or send several.`);
}

export function tooComplex(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: TOO_COMPLEX_CODE, http: { spec: true, status: 400 } } });
}
