/** The demo shop as files to look at or to import by hand: `node build/write-demo.ts FOLDER [SEED]`. */
import { demoSeed, generateDemo } from './demo/generate.ts';

const [folder, seed] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Usage: node build/write-demo.ts FOLDER [SEED]');
  process.exit(1);
}
const files = generateDemo(folder, seed === undefined ? demoSeed : Number(seed));
console.log(`${files.items} SKUs and ${files.events} events in ${folder}`);
