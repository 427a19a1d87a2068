/** Files of any size, made by a seed: a catalogue of 10 columns, 183 bytes a row, and sessions of one to nine events. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { stockShop } from '../../../build/demo/catalog.ts';
import { createRandom } from '../../../build/demo/random.ts';

const rowsPerWrite = 5_000;

async function writeLines(file: string, header: string, rows: number, line: (row: number) => string): Promise<void> {
  const out = createWriteStream(file);
  out.write(`${header}\n`);
  for (let first = 0; first < rows; first += rowsPerWrite) {
    let text = '';
    for (let row = first; row < Math.min(rows, first + rowsPerWrite); row += 1) text += `${line(row)}\n`;
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

/** The demo shop over and over under new SKUs, each title with its number: believable words, no two rows alike. */
export async function writeCatalog(file: string, rows: number): Promise<void> {
  const random = createRandom(1);
  const products = stockShop(random);
  const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const tails = products.map(({ description, brand, path, color, material }) => [description.slice(0, 45), brand, path.join(' > '), color, material].map(quoted).join(','));
  await writeLines(file, 'sku,title,description,brand,category_path,color,material,size,price,weight', rows, (row) => {
    const { title, price } = products[row % products.length]!;
    return `B${row},${quoted(`${title} No. ${row}`)},${tails[row % products.length]},${random.below(90)} x ${random.below(200)} cm,${(price + random.below(1000) / 100).toFixed(2)},${random.below(99)}.5 kg`;
  });
}

/** Sessions one after the other, their clicks 30 s apart. */
export async function writeSessions(file: string, events: number, skus: number): Promise<void> {
  const random = createRandom(2);
  let session = 0;
  let left = 0;
  let moment = 1_700_000_000;
  await writeLines(file, 'session_id,sku,timestamp,type', events, () => {
    if (left === 0) {
      session += 1;
      left = 1 + random.below(9);
      moment += random.below(20);
    }
    left -= 1;
    return `s${session},B${random.below(skus)},${moment - 30 * left},view`;
  });
}
