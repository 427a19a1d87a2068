/** What keeps people out of a page, by axe-core. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright';

const source = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** Every rule, but details of what is broken only: those of the thousands of elements that are well take ten times as long. */
const options: RunOptions = { resultTypes: ['violations'] };

/** The serious and the critical violations of a page as it stands, each with the elements that break the rule. */
export async function seriousViolations(page: Page): Promise<readonly string[]> {
  if (await page.evaluate('typeof axe === "undefined"')) await page.evaluate(source);
  const { violations } = await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ').slice(0, 400)}`);
}
