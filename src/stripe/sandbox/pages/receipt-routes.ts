/** Serves the receipts of charges, to which `charge.receipt_url` leads. */
import type { Database } from '../../../database/database.ts';
import { sandboxRecords } from '../store/records.ts';
import { missingPage } from './checkout-page.ts';
import { showPage } from './page-layout.ts';
import { receiptPage } from './receipt-page.ts';

/** @param path begins with the charge's id: `/ch_…`. */
export function openReceipts(database: Database): (request: Request, path: string) => Promise<Response> {
  return async (_request, path) => {
    const [, chargeId = ''] = path.split('/');
    const charge = await database.transaction((transaction) => sandboxRecords(transaction).find('charge', chargeId));
    return charge?.paid === true ? showPage(200, receiptPage(charge)) : showPage(404, missingPage());
  };
}
