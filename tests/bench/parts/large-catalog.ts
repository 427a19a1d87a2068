/** A workspace with a catalogue of any size, made by a seed and written row by row: two in a hundred are drafts, one is retired. */
import { stockShop } from '../../../build/demo/catalog.ts';
import { createRandom } from '../../../build/demo/random.ts';
import { openWorkspace } from '../../../db/database.ts';
import type { ItemStatus } from '../../../db/records.ts';
import { emptyItem, prepareItemWriter } from '../../../db/stored-item.ts';

/** Between 1 and 600, coprime to it: SKUs in no order, as those of a real catalogue. */
const stride = 7919;

export async function writeLargeWorkspace(folder: string, skus: number): Promise<void> {
  const workspace = openWorkspace(folder);
  const random = createRandom(1);
  const products = stockShop(random);
  await workspace.write((db) => {
    const writer = prepareItemWriter(db);
    db.transaction(() => {
      for (let row = 0; row < skus; row++) {
        const { title, brand, color, material, price, path, description } = products[row % products.length]!;
        const status: ItemStatus = row % 100 < 2 ? 'draft' : row % 100 === 2 ? 'retired' : 'live';
        writer.put(`B${String((row * stride) % skus).padStart(7, '0')}`, status, {
          ...emptyItem, title: `${title} No. ${row}`, brand, color: JSON.stringify([color]), material: JSON.stringify([material]), price: price + (row % 89) / 100, currency: 'EUR',
          category_path: JSON.stringify(path), description,
        }, null, { importId: null, line: null });
      }
      // As if sessions had been imported: most SKUs were seen seldom.
      db.exec(`UPDATE items SET events = 40000 / (1 + id % 20011)`);
    })();
  });
  await workspace.close();
}
