/** Weighted links from entries to rows, as CSR: entry i has `rows[offsets[i]] .. rows[offsets[i + 1] - 1]`. */
export interface Links {
  readonly offsets: Int32Array;
  readonly rows: Int32Array;
  readonly weights: Float32Array;
}

/** @param each calls back for every link, in the same order each time it is called. */
export function linksOf(entries: number, each: (add: (entry: number, row: number, weight: number) => void) => void): Links {
  const offsets = new Int32Array(entries + 1);
  each((entry) => void offsets[entry + 1]!++);
  for (let entry = 0; entry < entries; entry++) offsets[entry + 1]! += offsets[entry]!;
  const rows = new Int32Array(offsets[entries]!);
  const weights = new Float32Array(offsets[entries]!);
  const next = offsets.slice(0, entries);
  each((entry, row, weight) => {
    const at = next[entry]!++;
    rows[at] = row;
    weights[at] = weight;
  });
  return { offsets, rows, weights };
}
