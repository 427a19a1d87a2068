/** Drafts that launch together, held against ranking everybody again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { displace, placesLost } from '../../models/displacement.ts';
import { ExposureBoard } from '../../models/exposure.ts';
import { Random } from '../../models/random.ts';
import { rankTogether } from '../../models/together.ts';
import { draw, fill, makeWorld, rivals, type World } from './world.ts';

interface Union {
  /** [drafts][moments] */
  readonly ranks: readonly number[][];
  readonly slots: number;
  readonly lost: ReadonlyMap<number, number>;
  /** Places that each live row moves down, over the moments in whose top K it stood, and how many those are. */
  readonly moved: ReadonlyMap<number, { readonly places: number; readonly moments: number }>;
}

/** All drafts and all candidates of each moment in one list: live SKUs before drafts of an equal score, drafts among each other in turn. */
function rankAgain(world: World, drafts: readonly Float32Array[], k: number): Union {
  const ranks = drafts.map((): number[] => []);
  const lost = new Map<number, number>();
  const moved = new Map<number, { places: number; moments: number }>();
  let slots = 0;
  for (let moment = 0; moment < world.scores.length; moment++) {
    const live = rivals(world, moment, -1).map(({ row, score }) => ({ row, draft: -1, score, turn: -1 }));
    const ours = drafts.map((scores, draft) => ({ row: -1, draft, score: scores[moment]!, turn: (draft + moment) % drafts.length }));
    const before = [...live].sort((a, b) => b.score - a.score);
    const after = [...live, ...ours].sort((a, b) => b.score - a.score || a.turn - b.turn);
    for (const [place, { draft }] of after.entries()) if (draft >= 0) ranks[draft]![moment] = place + 1;
    const top = after.slice(0, k);
    slots += top.filter(({ draft }) => draft >= 0).length;
    for (const [place, entry] of before.slice(0, k).entries()) {
      if (!top.includes(entry)) lost.set(entry.row, (lost.get(entry.row) ?? 0) + 1);
      const known = moved.get(entry.row) ?? { places: 0, moments: 0 };
      moved.set(entry.row, { places: known.places + after.indexOf(entry) - place, moments: known.moments + 1 });
    }
  }
  return { ranks, slots, lost, moved };
}

test('drafts that compete have the ranks of one list with everybody in it, and take as many slots as live SKUs lose', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 10 }), fc.integer({ min: 30, max: 50 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }), (seed, sessions, items, k, count) => {
    const world = makeWorld(seed, sessions, items);
    const random = new Random(seed + 1);
    // Some scores are shared by several drafts: they take turns.
    const drafts = Array.from({ length: count }, () => Float32Array.from(world.scores, () => (random.below(3) === 0 ? 1.5 : random.normal() + 1)));
    const standings = fill(world, k);
    const board = new ExposureBoard(world.panel, standings);
    const requests = drafts.map((scores) => ({ k, row: -1, scores, presentScores: null }));
    const leftOut = new Uint8Array(world.panel.sessions.length);
    const alone = requests.map((request) => board.placeEverywhere(request, leftOut));
    const { ranks, entered, entering } = rankTogether(requests, alone, k);
    const union = rankAgain(world, drafts, k);
    assert.deepEqual(ranks.map((list) => [...list]), union.ranks);
    assert.equal(entering.reduce((sum, drafts) => sum + drafts, 0), union.slots);
    const entries = { k, leftOut, own: null, entered, entering };
    const losses = displace(world.panel, standings, board.slotsOf(k).rows, entries);
    assert.equal(losses.slots, union.slots);
    assert.deepEqual(new Map([...losses.losers].map(({ row, slots }) => [row, slots])), union.lost);
    const places = placesLost(standings, losses.losers, entries, (entry) => alone.map((placed) => placed.ranks[entered[entry]!]!).filter((rank) => rank <= k));
    assert.deepEqual(places, new Map(losses.losers.map(({ row }) => [row, union.moved.get(row)!.places / union.moved.get(row)!.moments])));
  }), { numRuns: 150 });
});

test('one draft together with nobody is one draft alone', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 8 }), (seed, k) => {
    const world = makeWorld(seed, 10, 40, 12);
    const random = new Random(seed + 1);
    const board = new ExposureBoard(world.panel, fill(world, k));
    const request = { k, row: -1, scores: Float32Array.from(world.scores, () => draw(random, 13)), presentScores: null };
    const placed = board.placeEverywhere(request);
    const { ranks, entered, entering } = rankTogether([request], [placed], k);
    assert.deepEqual([...ranks[0]!], [...placed.ranks]);
    const { displaced, slotsLost } = board.preview(request, placed);
    const losses = displace(world.panel, board.standings, board.slotsOf(k).rows, { k, leftOut: placed.leftOut, own: null, entered, entering });
    assert.deepEqual([losses.slots, board.shares(losses, k, placed.moments)], [slotsLost, displaced]);
  }), { numRuns: 60 });
});
