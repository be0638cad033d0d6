/** The address of one of the sandbox's pages: of a checkout, a receipt, a portal session … */
export type PageUrl = (page: PageName, id: string) => string;

/** The pages, each with the first part of its path below `/sandbox`. */
export type PageName = 'checkout' | 'invoices' | 'portal' | 'receipts';
