/** An environment with which production starts: its secrets are drawn anew in each run. */
import { randomBytes } from 'node:crypto';

export function productionEnvironment() {
  return {
    NODE_ENV: 'production',
    DATABASE_URL: 'postgresql://brim@db.example/brim',
    BRIM_SECRET_KEY: `brim_sk_${randomBytes(24).toString('hex')}`,
    BRIM_TOKEN_SECRET: randomBytes(48).toString('base64'),
    STRIPE_SECRET_KEY: `sk_live_${randomBytes(24).toString('hex')}`,
    STRIPE_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('hex')}`,
    PUBLIC_URL: 'https://brim.example',
  };
}
