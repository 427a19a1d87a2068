/** Trains the parameters of a loss on any device. */
import { nameOf, sizeOf } from '../graph/value.ts';
import { adamDefaults } from './adam.ts';
import { createCpuTrainer } from './trainer-cpu.ts';
import { createGpuTrainer } from './trainer-webgpu.ts';
import { checkTable, isTable, type ResolvedOptions, type Trainer, type TrainerOptions } from './training.ts';

export function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const names = new Set<string>();
  for (const parameter of options.parameters) {
    const { value, initial } = parameter;
    const name = nameOf(value);
    if (initial.length !== sizeOf(value.shape)) throw new Error(`${name} [${value.shape}] starts with ${initial.length} numbers`);
    if (names.has(name)) throw new Error(`two parameters are named ${name}`);
    names.add(name);
    if (isTable(parameter)) checkTable(parameter, options.loss);
  }
  const resolved: ResolvedOptions = { ...options, optimizer: { ...adamDefaults, ...options.optimizer } };
  return options.device === 'webgpu' ? createGpuTrainer(resolved) : createCpuTrainer(resolved);
}
