/** What one act reads, writes and knows. All that it writes is one transaction, with the events. */
import type { Records } from '../store/records.ts';
import type { PageUrl } from '../wire/page-url.ts';

export interface Act {
  readonly records: Records;
  readonly now: Date;
  readonly urlOf: PageUrl;
}
