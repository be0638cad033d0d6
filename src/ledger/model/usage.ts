export const USAGE_BUCKETS = ['HOUR', 'DAY', 'WEEK', 'MONTH'] as const;
/** How long the buckets of a usage series are. */
export type UsageBucket = (typeof USAGE_BUCKETS)[number];

/** Whole buckets from `from` until before `to`. */
export interface UsageRequest {
  readonly customerId: string;
  readonly featureId: string;
  readonly from: Date;
  readonly to: Date;
  readonly bucket: UsageBucket;
}
