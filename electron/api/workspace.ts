/** What the frame around every screen shows. */
export interface WorkspaceStatus {
  readonly folder: string;
  readonly name: string;
  readonly demo: boolean;
  readonly readOnly: boolean;
  readonly live: number;
  readonly drafts: number;
  readonly sessions: number;
  readonly model: {
    readonly runId: string;
    readonly model: string;
    readonly head: 'tied' | 'id';
    readonly trainedAt: number;
    /** Why it no longer matches the data, in words; null while it does. */
    readonly stale: string | null;
  } | null;
  readonly running: { readonly runId: string; readonly paused: boolean } | null;
  readonly compute: 'idle' | 'busy' | 'restarting';
  readonly version: string;
}

export interface WorkspaceApi {
  status(request: {}): Promise<WorkspaceStatus>;
}
