/**
 * OpenTelemetry's own variables: where traces are sent, and which of them. Without an endpoint
 * there are none.
 */
import { z } from 'zod';
import { list, type Reason, refuseFor, url } from './value-schemas.ts';

export interface TracesConfig {
  /** Where spans are sent, with the path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Attributes of the service: `service.name` and others. */
  readonly resource: Readonly<Record<string, string>>;
  /** Which traces are recorded, and whether callers decide for those that they began. */
  readonly sampler: { readonly share: 'all' | 'none' | number; readonly isParentBased: boolean };
}

export const otlpEndpoint = url(
  ['http:', 'https:'],
  [
    ({ username, password }) => username !== '' || password !== '',
    'must be without a user name and a password: send them with OTEL_EXPORTER_OTLP_HEADERS.',
  ],
);

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

/** `name=value` with commas between them; what is not a letter of a URL is written as %20. */
const pairs = (sentence: string, isWrong: (name: string, value: string) => boolean) => {
  const wrong: Reason<readonly string[]> = [
    (texts) => texts.some((text) => !isPair(text) || isWrong(...readPair(text))),
    `${sentence} name=value,name=value, with %20 for a space and %2C for a comma.`,
  ];
  return list.check(refuseFor<readonly string[]>(wrong)).transform((texts) => Object.fromEntries(texts.map(readPair)));
};

export const otlpHeaders = pairs('must be HTTP headers:', (name, value) => !HEADER_NAME.test(name) || !HEADER_VALUE.test(value));

export const resourceAttributes = pairs('must be attributes:', () => false);

function isPair(text: string): boolean {
  if (!/^[^=\s]+\s*=/.test(text)) return false;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function readPair(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  return [decodeURIComponent(text.slice(0, at).trim()), decodeURIComponent(text.slice(at + 1).trim())];
}

const SAMPLERS = [
  ...(['always_on', 'always_off', 'traceidratio'] as const),
  ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
] as const;

export const tracesSampler = z.enum(SAMPLERS, `must be one of ${SAMPLERS.join(', ')}.`);

export const samplerShare = z
  .string()
  .refine((text) => /^(\d+|\d*\.\d+)$/.test(text) && Number(text) <= 1, 'must be a number from 0 to 1, such as 0.1.')
  .transform(Number);

interface Variables {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_HEADERS?: Readonly<Record<string, string>> | undefined;
  readonly OTEL_SERVICE_NAME?: string | undefined;
  readonly OTEL_RESOURCE_ATTRIBUTES?: Readonly<Record<string, string>> | undefined;
  readonly OTEL_TRACES_SAMPLER?: (typeof SAMPLERS)[number] | undefined;
  readonly OTEL_TRACES_SAMPLER_ARG?: number | undefined;
  readonly OTEL_SDK_DISABLED?: 'true' | 'false' | undefined;
}

/** @returns undefined where no traces are sent. */
export function toTracesConfig(read: Variables): TracesConfig | undefined {
  const { OTEL_TRACES_SAMPLER: sampler = 'parentbased_always_on' } = read;
  const to = read.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? tracesBelow(read.OTEL_EXPORTER_OTLP_ENDPOINT);
  if (to === undefined || read.OTEL_SDK_DISABLED === 'true') return undefined;
  const name = read.OTEL_SERVICE_NAME;
  return {
    url: to,
    headers: read.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    resource: { 'service.name': 'brim', ...read.OTEL_RESOURCE_ATTRIBUTES, ...(name && { 'service.name': name }) },
    sampler: { share: shareOf(sampler, read.OTEL_TRACES_SAMPLER_ARG), isParentBased: sampler.startsWith('parentbased_') },
  };
}

/** The general endpoint is that of all signals, each of which has its path below it. */
function tracesBelow(endpoint: string | undefined): string | undefined {
  if (endpoint === undefined) return undefined;
  const below = new URL(endpoint);
  below.pathname = `${below.pathname.replace(/\/+$/, '')}/v1/traces`;
  return below.href;
}

function shareOf(sampler: (typeof SAMPLERS)[number], share = 1): TracesConfig['sampler']['share'] {
  if (sampler.endsWith('always_off')) return 'none';
  return sampler.endsWith('traceidratio') ? share : 'all';
}
