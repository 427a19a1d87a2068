/** The keyboard of the whole app. Screens add their own keys; `shortcuts` is what `?` lists. */
import type { Screen } from '../state/address.ts';
import type { App } from '../state/app.svelte.ts';

export interface Place {
  readonly screen: Screen;
  readonly label: string;
  /** Second key after `g`. */
  readonly key: string;
}

export const places: readonly Place[] = [
  { screen: 'catalog', label: 'Catalogue', key: 'c' },
  { screen: 'sessions', label: 'Sessions', key: 's' },
  { screen: 'training', label: 'Training', key: 't' },
  { screen: 'benchmark', label: 'Benchmark', key: 'b' },
  { screen: 'launch', label: 'Launch', key: 'l' },
  { screen: 'categories', label: 'Categories', key: 'r' },
];

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly { readonly keys: readonly string[]; readonly does: string }[];
}

export const shortcuts: readonly ShortcutGroup[] = [
  {
    title: 'Everywhere',
    shortcuts: [
      { keys: ['Ctrl K'], does: 'Search SKUs, screens and actions' },
      { keys: ['Esc'], does: 'One level up; close what floats' },
      { keys: ['?'], does: 'This list' },
      { keys: ['J'], does: 'Show jobs' },
      { keys: ['/'], does: "Go to the screen's search field" },
      ...places.map((place) => ({ keys: ['G', place.key.toUpperCase()], does: `Go to ${place.label}` })),
      { keys: ['Alt ←', 'Alt →'], does: 'Back and forward' },
    ],
  },
  {
    title: 'Lists',
    shortcuts: [
      { keys: ['↑', '↓'], does: 'Move by one row' },
      { keys: ['PgUp', 'PgDn'], does: 'Move by one page' },
      { keys: ['Home', 'End'], does: 'First and last row' },
      { keys: ['Enter'], does: 'Open the row' },
      { keys: ['Alt ↑', 'Alt ↓'], does: 'Move a column, in the menu of columns' },
    ],
  },
  {
    title: 'Launch',
    shortcuts: [
      { keys: ['Ctrl S'], does: 'Save the draft' },
      { keys: ['Esc'], does: 'Revert to the saved draft; Undo brings the typing back' },
      { keys: ['N'], does: 'New draft' },
      { keys: ['1', '…', '7'], does: 'Sides of the draft: sessions, where, why, to-do, A / B, who loses, nearest' },
      { keys: ['Space'], does: 'Select the draft; Shift with an arrow selects a range, Ctrl A all' },
      { keys: ['E'], does: 'Edit the selected drafts' },
      { keys: ['T'], does: 'Preview the selected drafts together' },
      { keys: ['O'], does: 'Sort again, where numbers came or drafts were edited since' },
      { keys: ['Delete'], does: 'Delete the selected drafts' },
      { keys: ['Ctrl Z', 'Ctrl Shift Z'], does: 'Undo and redo an edit of drafts' },
    ],
  },
  {
    title: 'Categories',
    shortcuts: [
      { keys: ['Alt ↑', 'Alt ↓'], does: 'Move an item of the session' },
      { keys: ['Del'], does: 'Remove an item of the session' },
      { keys: ['→', '←'], does: 'Open and close a category of the tree' },
      { keys: ['↑', '↓', '←', '→'], does: 'Move from flow to flow; Enter lists its moments' },
    ],
  },
  { title: 'Benchmark', shortcuts: [{ keys: ['↑', '↓', '←', '→'], does: 'Move from number to number; its definition follows' }] },
  { title: 'Panes', shortcuts: [{ keys: ['←', '→'], does: 'Move a divider that has the focus' }] },
];

/** `g` waits this long for its second key. */
const sequenceMilliseconds = 1200;
let goPressedAt = -Infinity;

export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !['radio', 'checkbox', 'button'].includes(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName));
}

export function handleKey(app: App, event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    app.overlay = app.overlay === 'palette' ? null : 'palette';
    return;
  }
  if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight') && !isTyping(event.target)) {
    event.preventDefault(); // a browser would do it itself; the desktop app has no such key
    if (event.key === 'ArrowLeft') history.back();
    else history.forward();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') {
    // A field gives up the focus only by Tab; Esc in it means what it means on the screen.
    event.preventDefault();
    const floating = document.querySelector<HTMLElement>(':popover-open');
    if (floating === null) app.escape();
    else floating.hidePopover();
    return;
  }
  if (isTyping(event.target) || app.overlay !== null) return;
  if (event.key === '?') app.overlay = 'shortcuts';
  else if (event.key === 'j') app.overlay = 'jobs';
  else if (event.key === '/') focusSearch(event);
  else if (event.key === 'g') goPressedAt = event.timeStamp;
  else if (event.timeStamp - goPressedAt < sequenceMilliseconds) {
    const place = places.find((candidate) => candidate.key === event.key);
    goPressedAt = -Infinity;
    if (place === undefined) return;
    event.preventDefault();
    app.go(place.screen);
  }
}

function focusSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
  if (field === null) return;
  event.preventDefault();
  field.focus();
  field.select();
}
