/** Trains the parameters of a loss on any device. */
import { nameOf, sizeOf } from '../graph/value.ts';
import { adamDefaults } from './adam.ts';
import { createCpuTrainer } from './trainer-cpu.ts';
import { createGpuTrainer } from './trainer-webgpu.ts';
import type { ResolvedOptions, Trainer, TrainerOptions } from './training.ts';

export function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const names = new Set<string>();
  for (const { value, initial } of options.parameters) {
    const name = nameOf(value);
    if (initial.length !== sizeOf(value.shape)) throw new Error(`${name} [${value.shape}] starts with ${initial.length} numbers`);
    if (names.has(name)) throw new Error(`two parameters are named ${name}`);
    names.add(name);
  }
  const resolved: ResolvedOptions = { ...options, optimizer: { ...adamDefaults, ...options.optimizer } };
  return options.device === 'webgpu' ? createGpuTrainer(resolved) : createCpuTrainer(resolved);
}
