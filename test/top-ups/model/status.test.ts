import { expect, it } from 'vitest';
import { type Facts, statusOf } from '../../../src/top-ups/model/status.ts';

const NOW = new Date('2026-12-05T12:00:00Z');
const LATER = new Date('2026-12-05T12:00:00.001Z');
const idle: Facts = { enabled: true, suspended: null, dueAt: null, begun: false };

it.each([
  ['IDLE', {}],
  ['CHARGING', { dueAt: NOW }],
  ['CHARGING', { dueAt: LATER, begun: true }],
  ['BACKING_OFF', { dueAt: LATER }],
  ['SUSPENDED', { suspended: 'DISPUTED', dueAt: NOW, begun: true }],
  ['DISABLED', { enabled: false, suspended: 'DECLINED', dueAt: NOW }],
] as const)('is %s where it is %o', (status, facts) => {
  expect(statusOf({ ...idle, ...facts }, NOW)).toBe(status);
});
