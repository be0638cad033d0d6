/** A stock Yoga whose resolver does nothing. */
import { serveYoga } from './yoga.ts';

serveYoga(() => ({ remaining: '999999999', version: 12 }));
