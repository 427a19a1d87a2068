/** Stored back-tests as the contract tells them. */
import { backtestOfRun, getBacktest, latestBacktest, listBacktestLaunches, type Backtest } from '../../db/backtests.ts';
import type { ReadableDB } from '../../db/database.ts';
import type { BacktestReport } from '../../models/backtest-report.ts';
import type { BacktestDefinition, BacktestDetail, BacktestSummary, ErrorToExpect } from '../api/backtest.ts';
import { csvTable } from './csv.ts';

/** Points of the chart: more would cover each other. */
const mostPoints = 1_000;
const everything = 1_000_000;

export function summarizeBacktest(record: Backtest): BacktestSummary {
  const { id, runId, status, startedAt, seconds, launches, stale, message } = record;
  const { since, k } = record.definition as BacktestDefinition;
  const report = record.report as BacktestReport | null;
  const forecast = report?.predictors[0];
  return { id, runId, status, startedAt, seconds, launches, since, k, stale, message, spearman: forecast?.spearman ?? null, medianErrorFactor: forecast?.factors?.median ?? null };
}

export function describeBacktest(db: ReadableDB, record: Backtest): BacktestDetail {
  const { since, k, device, config } = record.definition as BacktestDefinition;
  const { rows } = listBacktestLaunches(db, record.id, { sort: 'sku', descending: false, offset: 0, limit: everything });
  const step = Math.max(1, rows.length / mostPoints);
  const shown = Array.from({ length: Math.min(rows.length, mostPoints) }, (_, i) => rows[Math.floor(i * step)]!);
  return {
    ...summarizeBacktest(record), definition: { since, k, device, config }, report: record.report as BacktestReport | null,
    points: shown.map(({ sku, predicted, actual }) => ({ sku, predicted, actual })),
  };
}

export function exportBacktest(db: ReadableDB, record: Backtest): { readonly name: string; readonly text: string } {
  const { k } = record.definition as BacktestDefinition;
  const { rows } = listBacktestLaunches(db, record.id, { offset: 0, limit: everything });
  const header = ['sku', 'title', 'brand', 'category', 'first_seen', 'predicted_clicks', 'actual_clicks', 'error_factor', 'model_clicks', `exposure_slots_at_${k}`, 'category_popularity', 'title_similarity', 'moments', 'part', 'confidence', 'reasons'];
  const lines = rows.map((row) => [
    row.sku, row.title, row.brand, row.categoryPath.join(' > '), row.firstSeen === null ? null : new Date(row.firstSeen).toISOString(), row.predicted, row.actual, row.factor, row.clicks,
    row.exposure, row.category, row.similarity, row.moments, row.part, row.confidence, row.reasons.map(({ detail }) => detail).join(' '),
  ]);
  return { name: `${record.id}.csv`, text: csvTable([header, ...lines]) };
}

/** The narrowest group of the draft: its leaf, its confidence, all. */
export function errorToExpect(db: ReadableDB, { run, confidence, leaf }: { readonly run?: string; readonly confidence?: 'normal' | 'low'; readonly leaf?: string }): ErrorToExpect | null {
  const own = run === undefined ? null : backtestOfRun(db, run);
  const record = own === null ? latestBacktest(db) : getBacktest(db, own);
  const report = (record?.report ?? null) as BacktestReport | null;
  if (record === null || report === null) return null;
  const group = report.groups.find(({ by, label }) => by === 'category' && label === leaf)
    ?? report.groups.find(({ by, label }) => by === 'confidence' && label === confidence)
    ?? report.groups.find(({ by }) => by === 'all');
  if (group === undefined) return null;
  const { by, label, n, median, p80, exposureMedian } = group;
  return { backtest: record.id, at: record.startedAt, by, label, launches: n, median, p80, exposureMedian, spearman: report.predictors[0]!.spearman, stale: record.stale };
}
