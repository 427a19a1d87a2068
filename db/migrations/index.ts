/** Every version of the workspace, in order. A released one is never edited. */
import type { Migration } from '../migrate.ts';
import { workspace } from './1-workspace.ts';
import { evaluations } from './2-evaluations.ts';
import { ranks } from './3-ranks.ts';
import { drafts } from './4-drafts.ts';
import { backtests } from './5-backtests.ts';
import { reports } from './6-reports.ts';
import { importUndo } from './7-import-undo.ts';
import { variants } from './8-variants.ts';
import { views } from './9-views.ts';

export const migrations: readonly Migration[] = [workspace, evaluations, ranks, drafts, backtests, reports, importUndo, variants, views];
