/** Run by m2trec.test.ts with a software GPU: prints the deviations of the steps named. */
import { fixture, stepDeviations } from './m2trec-step.ts';

const seen: Record<string, unknown> = {};
for (const step of fixture.cases.filter(({ name }) => process.argv.includes(name))) seen[step.name] = await stepDeviations(step, 'webgpu');
process.stdout.write(JSON.stringify(seen));
