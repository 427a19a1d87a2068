/** State of a screen that outlives its markup: what was typed, searched and scrolled is still there when the user comes back. */
import { untrack } from 'svelte';
import type { App } from './app.svelte.ts';

const kept = new WeakMap<App, Map<object, unknown>>();

/** The one instance of `Kind` for this app, made at its first use. */
export function keep<State>(app: App, Kind: new (app: App) => State): State {
  const states = kept.get(app) ?? new Map<object, unknown>();
  kept.set(app, states);
  if (!states.has(Kind)) states.set(Kind, outlive(() => new Kind(app)));
  return states.get(Kind) as State;
}

/**
 * Builds state that belongs to no component. Svelte ties what is derived to the effect it was created in, and what a screen
 * created would go stale with the screen.
 */
export function outlive<State>(build: () => State): State {
  let state: State | undefined;
  $effect.root(() => {
    state = untrack(build);
  });
  return state as State;
}
