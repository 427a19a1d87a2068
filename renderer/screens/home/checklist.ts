/** The way from an empty workspace to a first preview. A step is done when the workspace says so, never because it was clicked. */
import type { WorkspaceStatus } from '../../../electron/api/workspace.ts';
import { blank, importing } from '../../state/address.ts';
import type { Screen } from '../../state/address.ts';
import { formatModel, formatPlural } from '../../state/format.ts';

export interface Step {
  readonly title: string;
  readonly text: string;
  readonly result: string;
  readonly done: boolean;
  readonly verb: string;
  readonly screen: Screen;
  readonly detail: string;
  /** The kind of job that brings this step to its end. */
  readonly waitsFor: 'import' | 'training' | null;
}

export function checklistOf(status: WorkspaceStatus): readonly Step[] {
  return [
    {
      title: 'Import the catalogue', verb: 'Import catalogue', screen: 'catalog', detail: status.live > 0 ? '' : importing, done: status.live > 0, waitsFor: 'import',
      text: 'A feed or table with one SKU per row: a key, a title, and what else there is, such as brand, colour and category. CSV, Excel, XML and JSON are read.',
      result: `${formatPlural(status.live, 'live SKU')} imported.`,
    },
    {
      title: 'Import recorded sessions', verb: 'Import sessions', screen: status.sessions > 0 ? 'sessions' : 'catalog', detail: status.sessions > 0 ? '' : importing, done: status.sessions > 0, waitsFor: 'import',
      text: 'A file with a session id, a SKU and a time or position per event. A few thousand sessions are enough to start.',
      result: `${formatPlural(status.sessions, 'session')} imported.`,
    },
    {
      title: 'Train a model', verb: 'Train model', screen: 'training', detail: '', done: status.model !== null, waitsFor: 'training',
      text: 'The small preset takes a minute or two on a laptop, no GPU needed. You can go on browsing.',
      result: status.model === null ? '' : `${formatModel(status.model.model)} with the ${status.model.head} head is in use${status.model.stale === null ? '' : '; the data has changed since'}.`,
    },
    {
      title: 'Preview a launch', verb: 'New draft', screen: 'launch', detail: status.drafts > 0 ? '' : blank, done: status.model !== null && status.drafts > 0, waitsFor: null,
      text: 'Write a SKU that does not exist yet, or import a launch list as drafts, and watch its numbers while you type.',
      result: `${formatPlural(status.drafts, 'draft')} ready to look at.`,
    },
  ];
}
