/** Opens a Brim that sells a catalogue. */
import { type BrimOptions, openBrim, type TestBrim } from '../brim.ts';
import { type Catalogue, fillShop, SEED } from './catalogue.ts';

export interface ShopOptions extends BrimOptions {
  /** What is on sale; left out: the seed's catalogue. */
  readonly catalogue?: Catalogue;
  /** Not a Brim: one that runs already is filled by `fillShop`. */
  readonly app?: never;
}

/**
 * Opens a Brim with features and plans. The sandbox stands for Stripe unless `config.stripe` names
 * an account.
 */
export async function openShop({ catalogue = SEED, ...options }: ShopOptions = {}): Promise<TestBrim> {
  const brim = await openBrim(options);
  try {
    await fillShop(brim, catalogue);
    return brim;
  } catch (error) {
    await brim.close();
    throw error;
  }
}
