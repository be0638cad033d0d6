/** `npm run test:long` runs what takes too long for every run of the tests. */
export const isLong = Boolean(process.env['BRIM_LONG']);
