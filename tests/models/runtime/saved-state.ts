/** A trainer's state as text, exact to the bit, and its hash. */
import { createHash } from 'node:crypto';
import type { TrainerState } from '../../../models/runtime/training.ts';

type Part = ReadonlyMap<string, Float32Array>;
const encode = (part: Part): [string, string][] => [...part].map(([name, data]) => [name, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')]);
const decode = (part: [string, string][]): Part => new Map(part.map(([name, data]) => [name, new Float32Array(Uint8Array.from(Buffer.from(data, 'base64')).buffer)]));

export function save({ step, weights, m, v }: TrainerState): string {
  return JSON.stringify({ step, weights: encode(weights), m: encode(m), v: encode(v) });
}

export function restore(text: string): TrainerState {
  const { step, weights, m, v } = JSON.parse(text) as { step: number; weights: [string, string][]; m: [string, string][]; v: [string, string][] };
  return { step, weights: decode(weights), m: decode(m), v: decode(v) };
}

export function hashOf(state: TrainerState): string {
  return createHash('sha256').update(save(state)).digest('hex');
}
