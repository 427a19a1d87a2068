/**
 * The session panel of the launch preview: a fixed, seeded sample of recorded sessions, and every moment in them at which a shop would
 * have recommended something. Both sides of a comparison use the same panel.
 */
import type { SessionTable } from '../db/records.ts';
import { splitCodes } from '../db/records.ts';
import { linksOf } from './links.ts';
import { Random } from './random.ts';

/** So many held-out sessions are enough for a panel, even where more were asked for: an honest small panel beats a large trained-on one. */
const enoughHeldOut = 200;

export interface PanelOptions {
  /** Sessions wanted. */
  readonly sessions: number;
  readonly seed: number;
  /** Moments look back at most this many items. */
  readonly maxContext: number;
}

export interface Panel {
  /** [sessions] rows of the session table, ascending. */
  readonly sessions: Int32Array;
  /** [sessions + 1] session s has the moments `momentOffsets[s] .. momentOffsets[s + 1] - 1`, in order. */
  readonly momentOffsets: Int32Array;
  /** Catalogue rows of all events whose SKU the catalogue holds, one session after the other, oldest first. */
  readonly items: Int32Array;
  /** [sessions + 1] session s holds `items[itemOffsets[s]] .. items[itemOffsets[s + 1] - 1]`. */
  readonly itemOffsets: Int32Array;
  /** [moments] the context of moment m is `items[starts[m]] .. items[ends[m] - 1]`, never empty: what the shop knew of the session. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly seed: number;
  /** How the sessions were chosen, in words. */
  readonly source: string;
}

/**
 * Draws the panel. Sessions held out from training come first (their last event is of the test split, else of test or validation); where
 * there are too few of them, the panel is the last sessions of the table. A session counts where it has at least one moment: a known
 * SKU followed by another event. SKUs that the catalogue does not hold are dropped from the contexts.
 */
export function drawPanel(table: SessionTable, options: PanelOptions): Panel {
  const enough = Math.min(options.sessions, enoughHeldOut);
  const eligible: number[] = [];
  for (let session = 0; session + 1 < table.offsets.length; session++) if (countMoments(table, session) > 0) eligible.push(session);
  const endsIn = (...codes: readonly number[]): number[] => eligible.filter((session) => codes.includes(table.splits[table.offsets[session + 1]! - 1]!));

  const test = endsIn(splitCodes.test);
  const heldOut = test.length >= enough ? test : endsIn(splitCodes.test, splitCodes.valid);
  if (eligible.length > 0 && heldOut.length >= enough) {
    const chosen = sample(heldOut, options.sessions, new Random(options.seed));
    const split = heldOut === test ? 'test' : 'test or validation';
    const whole = chosen.every((session) => table.splits.subarray(table.offsets[session]!, table.offsets[session + 1]!).every((code) => code === splitCodes.test || code === splitCodes.valid));
    const kept = whole ? 'sessions the model did not learn from' : 'sessions whose last event the model did not learn from';
    return collect(table, chosen, options, `${chosen.length.toLocaleString('en')} of ${heldOut.length.toLocaleString('en')} ${kept} (${split}), drawn with seed ${options.seed}`);
  }
  const last = eligible.slice(-options.sessions);
  return collect(table, last, options, `the last ${last.length.toLocaleString('en')} sessions; the model may have learned from them, as too few are held out`);
}

/** Moments of a session: every prefix that holds a known SKU and has a next event. */
function countMoments(table: SessionTable, session: number): number {
  const end = table.offsets[session + 1]!;
  for (let event = table.offsets[session]!; event < end; event++) if (table.items[event]! >= 0) return end - 1 - event;
  return 0;
}

/** `count` of the list without repetition, in ascending order. */
function sample(list: readonly number[], count: number, random: Random): number[] {
  const pool = [...list];
  const taken = Math.min(count, pool.length);
  for (let i = 0; i < taken; i++) {
    const j = i + random.below(pool.length - i);
    [pool[i], pool[j]] = [pool[j]!, pool[i]!];
  }
  return pool.slice(0, taken).sort((a, b) => a - b);
}

function collect(table: SessionTable, sessions: readonly number[], options: PanelOptions, source: string): Panel {
  const items: number[] = [];
  const itemOffsets = [0];
  const momentOffsets = [0];
  const starts: number[] = [];
  const ends: number[] = [];
  for (const session of sessions) {
    const first = items.length;
    const stop = table.offsets[session + 1]!;
    for (let event = table.offsets[session]!; event < stop; event++) {
      if (table.items[event]! >= 0) items.push(table.items[event]!);
      if (items.length === first || event + 1 === stop) continue;
      starts.push(Math.max(first, items.length - options.maxContext));
      ends.push(items.length);
    }
    itemOffsets.push(items.length);
    momentOffsets.push(ends.length);
  }
  return {
    sessions: Int32Array.from(sessions), momentOffsets: Int32Array.from(momentOffsets), items: Int32Array.from(items),
    itemOffsets: Int32Array.from(itemOffsets), starts: Int32Array.from(starts), ends: Int32Array.from(ends), seed: options.seed, source,
  };
}

/** By row of the catalogue: the sessions of the panel (by their place in it) that hold it, their last events included. */
export function sessionsByItem(panel: Panel, items: number): (row: number) => Int32Array {
  const { offsets, rows } = linksOf(items, (add) => {
    for (let session = 0; session < panel.sessions.length; session++) {
      for (let at = panel.itemOffsets[session]!; at < panel.itemOffsets[session + 1]!; at++) add(panel.items[at]!, session, 1);
    }
  });
  return (row) => (row < 0 ? rows.subarray(0, 0) : rows.subarray(offsets[row]!, offsets[row + 1]!));
}
