/** When a replica may answer, and which reads it may answer. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judge, type Position, type Standing } from '../../src/database/replica-standing.ts';
import { REPORTS } from '../../src/database/reports.ts';

const POSITION: Position = { lsn: '0/3000148', timeline: 2, system: '7713293161160802347', database: 16_385 };
const STANDING: Standing = { ...POSITION, isStandby: true, behindBytes: 0 };

describe('a replica', () => {
  it('answers once it has all that the primary had written when the read was asked for, or more', () => {
    expect(judge(POSITION, STANDING)).toEqual({ is: 'current' });
    expect(judge(POSITION, { ...STANDING, behindBytes: -320 })).toEqual({ is: 'current' });
  });

  it('is waited for while it lacks a byte', () => {
    expect(judge(POSITION, { ...STANDING, behindBytes: 1 })).toEqual({ is: 'behind', bytes: 1 });
  });

  it.each<[string, Partial<Standing>, RegExp]>([
    ['of another cluster', { system: '7713293161160802348' }, /another database cluster/],
    ['that is another database', { database: 16_386 }, /another database of the cluster/],
    ['that was promoted', { isStandby: false }, /no standby/],
    ['that has not come to the history of a new primary', { timeline: 1 }, /timeline 1, and the primary writes 2/],
    ['that has gone on to the history of another primary', { timeline: 3 }, /timeline 3, and the primary writes 2/],
    ['that does not stream', { behindBytes: null }, /how far it has replayed/],
  ])('%s never answers, however far it is', (_, standing, why) => {
    const ahead = { ...STANDING, behindBytes: -1_000_000 };
    expect(judge(POSITION, { ...ahead, ...standing })).toEqual({ is: 'unfit', why: expect.stringMatching(why) });
  });
});

describe('reports', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('generated'),
  );
  const asked = sources.flatMap((file) =>
    [...readFileSync(`src/${file}`, 'utf8').matchAll(/reports\.of\('(\w+)'\)/g)].map(([, report]) => `${report} in ${file}`),
  );

  it('are read in these places, and nowhere else', () => {
    expect(asked.sort()).toEqual([
      'auditLog in audit/audit.ts',
      'customers in customers/customers.ts',
      'customers in customers/customers.ts',
      'export in privacy/export.ts',
      'ledger in ledger/reads.ts',
      'ledgerOfAll in ledger/ledger.ts',
      'usage in ledger/reads.ts',
      'usage in ledger/reads.ts',
      'webhookDeliveries in webhooks/delivery-verbs.ts',
      'webhookDeliveries in webhooks/delivery-verbs.ts',
    ]);
    expect(new Set(asked.map((each) => each.split(' ')[0]))).toEqual(new Set(Object.keys(REPORTS)));
  });

  it('of a ledger are what somebody looks through: what decides a write reads the primary', () => {
    const users = sources.filter((file) => readFileSync(`src/${file}`, 'utf8').includes('reads.shownPage('));
    expect(users).toEqual(['autumn/events.ts']);
  });
});
