/** Sides of the draft page: one of the preview, one of the effect on others. They stand in the address, `#/launch/SKU/why.nearest`, and are remembered. */

export const previewViews = ['sessions', 'where', 'why', 'todo', 'variants'] as const;
export const effectViews = ['losers', 'nearest'] as const;
export type PreviewView = (typeof previewViews)[number];
export type EffectView = (typeof effectViews)[number];

export interface Views {
  readonly preview: PreviewView;
  readonly effect: EffectView;
  /** The launch brief lies over the page. */
  readonly brief: boolean;
}

export const firstViews: Views = { preview: 'sessions', effect: 'losers', brief: false };

/** Words nobody knows are passed over: an address of another version still opens. What it does not name stays as it was. */
export function readViews(words: string, before: Views): Views {
  const given = words.split('.');
  return {
    preview: previewViews.find((view) => given.includes(view)) ?? before.preview,
    effect: effectViews.find((view) => given.includes(view)) ?? before.effect,
    brief: given.includes('brief'),
  };
}

/** Both sides by name: whoever opens the address sees the same. */
export function writeViews({ preview, effect, brief }: Views): string {
  return [preview, effect, ...(brief ? ['brief'] : [])].join('.');
}
