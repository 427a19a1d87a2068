/** Run by operators.test.ts with a software GPU: prints the deviation of every case. */
import { cases } from './cases.ts';
import { deviation } from './compare.ts';

const worst: Record<string, number | string> = {};
for (const item of cases) worst[item.name] = await deviation(item, 'webgpu').catch((error: Error) => error.message);
process.stdout.write(JSON.stringify(worst));
