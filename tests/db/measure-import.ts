/**
 * Seconds, processor seconds, peak memory and the longest gap of the event loop (by the clock, and in processor time of its thread, which
 * other programs do not lengthen) of one import, in an empty workspace, then again.
 *   node tests/db/measure-import.ts catalog ../shared/data/diginetica/catalog.csv.gz
 *   node tests/db/measure-import.ts catalog 100000        (a made-up catalogue of that many rows x 11 columns)
 */
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { loadavg, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openWorkspace } from '../../db/database.ts';
import { importFile } from '../../db/import/import.ts';

const [kind = 'catalog', source = '100000'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'shelfsight-measure-'));
try {
  const file = /^\d+$/.test(source) ? await writeCatalogue(join(folder, 'rows.csv'), Number(source)) : source;
  console.log(`${basename(file)}: ${(statSync(file).size / 1e6).toFixed(1)} MB; load ${loadavg()[0]!.toFixed(1)}`);
  const workspace = openWorkspace(join(folder, 'workspace'));
  for (const round of ['first', 'again']) {
    const cpu = process.cpuUsage();
    const start = performance.now();
    let gap = 0;
    let busy = 0;
    let last = start;
    let lastBusy = threadMilliseconds();
    const clock = setInterval(() => {
      gap = Math.max(gap, performance.now() - last - 1);
      busy = Math.max(busy, threadMilliseconds() - lastBusy);
      last = performance.now();
      lastBusy = threadMilliseconds();
    }, 1);
    const { outcome, created, updated, unchanged, rejected } = await importFile(workspace, file, basename(file), { kind: kind === 'sessions' ? 'sessions' : 'catalog' });
    clearInterval(clock);
    const { user, system } = process.cpuUsage(cpu);
    console.log(round, JSON.stringify({ outcome, created, updated, unchanged, rejected, seconds: ((performance.now() - start) / 1000).toFixed(2), cpu: ((user + system) / 1e6).toFixed(2), gapMs: gap.toFixed(0), gapProcessorMs: busy.toFixed(0), peakMiB: (process.resourceUsage().maxRSS / 1024).toFixed(0) }));
  }
  await workspace.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function threadMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function writeCatalogue(file: string, rows: number): Promise<string> {
  const words = 'solid brass hinge cabinet door oak panel white matte screw set heavy duty outdoor garden hose lamp dimmable kitchen faucet steel'.split(' ');
  let state = 7;
  const pick = (count: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * count);
  };
  const text = (count: number): string => Array.from({ length: count }, () => words[pick(words.length)]).join(' ');
  const out = createWriteStream(file);
  out.write('sku,title,description,brand,category_path,color,material,size,price,image_url,weight\n');
  for (let row = 0; row < rows; row += 1) {
    const line = `SKU-${row},"${text(6)} ${row}","${text(14)}, ${text(4)}",Brand ${pick(300)},Home > Room ${pick(12)} > Kind ${pick(40)},${text(1)},${text(1)},${pick(90)} cm,${pick(20_000) / 100},https://example.org/${row}.jpg,${pick(99)} kg\n`;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
  return file;
}
