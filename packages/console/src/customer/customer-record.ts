import type { CustomerOverviewQuery } from '../documents/generated/graphql.ts';

/** What the API says of a customer. */
export type CustomerRecord = NonNullable<CustomerOverviewQuery['customer']>;
