/** A finished run as a folder of files for other programs. Written beside its place and moved there whole. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readDataset, readSkus } from '../../db/dataset.ts';
import { listEvaluations } from '../../db/evaluations.ts';
import { FullDisk, isFull } from '../../db/full-disk.ts';
import { makeDurable } from '../../db/migrate.ts';
import { getRun } from '../../db/runs.ts';
import { ArtifactError, readManifest, type ModelManifest } from '../../models/artifact.ts';
import { describeExport } from '../../models/export-card.ts';
import { pythonRecipe } from '../../models/export-python.ts';
import type { EvaluationReport, TrainJobResult } from '../../models/jobs.ts';
import { AppError } from '../api/errors.ts';
import type { ExportedRun } from '../api/training.ts';
import type { Context } from './context.ts';
import { runFolder } from './run-folder.ts';

/** Bytes of what is written beside the model itself, mostly the names of its SKUs. */
const smallFiles = 16 * 1_048_576;

export type ExportRun = (request: { readonly runId: string; readonly folder: string }) => Promise<ExportedRun>;

/** The answer throws AppError `invalid` for a folder that holds something, `no-model` for a run without a model. */
export function createExport({ workspace, compute, version }: Context): ExportRun {
  const db = workspace.reader;
  return async ({ runId, folder: named }) => {
    const folder = resolve(named);
    const run = getRun(db, runId);
    if (run.status !== 'done') throw new AppError('no-model', `Run ${runId} is ${run.status}: only a finished run has a model to export.`);
    const manifest = manifestOf(runFolder(workspace, runId));
    assertEmpty(folder);
    const { items, ids, live, sessions } = await readDataset(workspace, { drafts: false });
    const temporary = `${folder}.tmp-${process.pid}`;
    makeFolder(temporary, folder);
    try {
      const { parity, rows, memory } = await compute.serving.api.export({ folder: runFolder(workspace, runId), into: temporary, dataset: { items, ids, live, sessions } });
      if (!(parity.maxDifference < parity.limit)) {
        throw new Error(`The exported files of ${runId} do not compute what the model computes (largest difference ${parity.maxDifference}), so nothing was exported.`);
      }
      const skusOf = (numbers: Int32Array | null): readonly (string | null)[] | null => (numbers === null ? null : readSkus(db, numbers));
      const write = (name: string, text: string): void => writeFileSync(join(temporary, name), text, { flush: true });
      if (rows !== null || memory !== null) write('skus.json', JSON.stringify({ rows: skusOf(rows), memory: skusOf(memory) }));
      write('recipe.py', pythonRecipe);
      const attributes = (run.attributes ?? []) as TrainJobResult['attributes'];
      const reports = listEvaluations(db, runId).filter(({ dataHash }) => dataHash === manifest.dataHash).map(({ report }) => report as EvaluationReport);
      write('README.md', describeExport({ runId, version, manifest, attributes, reports, parity, files: filesOf(temporary) }));
      moveTo(temporary, folder);
      return { run: runId, folder, files: filesOf(folder), parity };
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      // The disk of the export, which need not be the workspace's.
      throw isFull(error) ? new AppError('invalid', new FullDisk(dirname(folder), smallFiles).message, { cause: error }) : error;
    }
  };
}

function manifestOf(folder: string): ModelManifest {
  try {
    return readManifest(folder);
  } catch (error) {
    if (error instanceof ArtifactError) throw new AppError('no-model', error.message, { cause: error });
    throw error;
  }
}

/** @throws AppError `invalid` where something stands already */
function assertEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new AppError('invalid', `${folder} is a file. Name a folder that does not exist yet, or an empty one.`);
  if (readdirSync(folder).length > 0) throw new AppError('invalid', `${folder} is not empty, and an export overwrites nothing. Name a folder that does not exist yet, or an empty one.`);
}

/** What exports to this folder left whose process was killed. */
function removeUnfinished(folder: string): void {
  const parent = dirname(folder);
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(`${basename(folder)}.tmp-`) ? /\.tmp-(\d+)$/.exec(name)?.[1] : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // asks only
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it is somebody else's
  }
}

function makeFolder(temporary: string, folder: string): void {
  try {
    removeUnfinished(folder);
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary, { recursive: true });
  } catch (cause) {
    throw new AppError('invalid', `Nothing can be written beside ${folder}: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}. Name a folder in a place that can be written to.`, { cause });
  }
}

/** @throws AppError `invalid` where somebody has put something there meanwhile */
function moveTo(temporary: string, folder: string): void {
  assertEmpty(folder);
  if (existsSync(folder)) rmdirSync(folder); // not every system moves one folder onto another
  mkdirSync(dirname(folder), { recursive: true });
  makeDurable(temporary); // its files are written through
  renameSync(temporary, folder);
  makeDurable(dirname(folder));
}

function filesOf(folder: string): ExportedRun['files'] {
  return readdirSync(folder).sort().map((name) => ({ name, bytes: statSync(join(folder, name)).size }));
}
