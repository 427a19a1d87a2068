/** Run by m2trec.test.ts and baseline-steps.test.ts with a software GPU: prints the deviations of the fixture's steps that are named. */
import { baselines, stepDeviations, transformers } from './training-step.ts';

const [which, ...names] = process.argv.slice(2);
const fixture = which === 'baselines' ? baselines : transformers;
const seen: Record<string, unknown> = {};
for (const step of fixture.cases.filter(({ name }) => names.includes(name))) seen[step.name] = await stepDeviations(fixture, step, 'webgpu');
process.stdout.write(JSON.stringify(seen));
