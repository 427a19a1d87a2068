/** A model that is open over a catalogue and a panel, with everything that previews and recommendations read. */
import type { CategoryTree } from './category-tree.ts';
import type { CompactRows } from './compact-rows.ts';
import type { ItemVectors } from './encoders.ts';
import type { ExposureBoard } from './exposure.ts';
import type { OpenModel, OpenModelJob } from './jobs.ts';
import type { LoadedModel } from './loaded.ts';
import type { Recall } from './memory.ts';
import type { Panel } from './panel.ts';
import type { Neighbours } from './ranking.ts';
import type { RecalledMoments } from './recalled-moments.ts';
import type { RowProducts } from './row-products.ts';
import type { CategoryLevel } from './scorer.ts';
import type { CatalogLabels, Division } from './where.ts';

export interface Served {
  readonly model: LoadedModel;
  readonly job: OpenModelJob;
  readonly vectors: ItemVectors;
  readonly neighbours: Neighbours;
  /** Keys of the catalogue, to be multiplied with one query at a time; `vectors.keys` are the same numbers in the same place. */
  readonly keys: RowProducts;
  /** [items] see `TrainedParts.rows`. */
  readonly rows: Int32Array | null;
  readonly levels: readonly CategoryLevel[];
  /** The predicted levels as one tree; made by the first that asks, as `keys`. */
  readonly tree: () => CategoryTree;
  /** All levels of the catalogue, also those the model does not predict; computed once, a keystroke must not encode 50,000 labels. */
  readonly suggestible: readonly CategoryLevel[];
  readonly panel: Panel;
  /** Queries of all moments, to be multiplied with the key of one draft after another. */
  readonly moments: RowProducts;
  readonly compactMoments: CompactRows;
  /** Brands and categories of the catalogue, and the moments divided by them; made by the first preview with lists. */
  readonly labels: () => CatalogLabels;
  readonly divisions: () => readonly Division[];
  /** What was seen together, at the moments of the panel too; null: the model alone. */
  readonly memory: { readonly recall: Recall; readonly weight: number; readonly moments: RecalledMoments } | null;
  readonly board: ExposureBoard;
  /** [items] 1 for rows that compete. */
  readonly live: Uint8Array;
  /** [items] 1 for rows whose events the model may have learned from. */
  readonly learned: Uint8Array;
  readonly info: OpenModel;
}
