/** Launch: the board of drafts (drafts.ts) and what the model says of each (launch-preview.ts). */
import type { BoardNumbers } from '../../db/previews.ts';
import { keepVariant, readVariant } from '../../db/variants.ts';
import type { PreviewNumbers } from '../../models/launch-jobs.ts';
import type { LaunchApi } from '../api/launch.ts';
import type { VariantsApi } from '../api/variants.ts';
import { errorToExpect } from './backtest-answers.ts';
import { createBriefs } from './brief.ts';
import type { Context } from './context.ts';
import { createDraftsService } from './drafts.ts';
import { confidenceOf, createPreviews, featuresOf } from './launch-preview.ts';
import type { Serving } from './serving.ts';

export function createLaunchService(context: Context, serving: Serving): LaunchApi {
  const { numbers, ...previews } = createPreviews(context, serving);
  const drafts = createDraftsService(context, serving, async (runId, item) => boardNumbers(await numbers({ runId }, item.sku, featuresOf(item))));
  const { reader, write } = context.workspace;
  const variants: VariantsApi = {
    variant: async ({ sku }) => readVariant(reader, sku),
    keepVariant: ({ sku, ...variant }) => write((writer) => keepVariant(writer, sku, variant)),
    dropVariant: ({ sku }) => write((writer) => keepVariant(writer, sku, null)),
  };
  return { ...drafts, ...previews, ...variants, stopOpening: () => serving.stopOpening(), ...createBriefs({ ...previews, errorToExpect: (request) => errorToExpect(reader, request) }) };
}

function boardNumbers({ exposure, exposureInterval, averageExposure, reach, medianRank, readiness, warnings }: PreviewNumbers): BoardNumbers {
  return { exposure, exposureInterval, averageExposure, reach, medianRank, confidence: confidenceOf(warnings), readiness };
}
