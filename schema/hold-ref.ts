import type { HoldFacts } from '../src/balances/hold.ts';
import { builder } from './builder.ts';

/** Entries name holds, and whatever places a hold names entries: the name comes first. */
export const HoldRef = builder.objectRef<HoldFacts>('Hold');
