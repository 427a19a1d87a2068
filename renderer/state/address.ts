/** Addresses of screens: `#/launch/SKU-1`. They are stable, so back, forward, a bookmark and a colleague's message all work. */

export const screens = ['home', 'catalog', 'sessions', 'training', 'benchmark', 'launch', 'backtest', 'categories', 'report', 'settings'] as const;
export type Screen = (typeof screens)[number];

/** Details that are no SKU: a form to fill in. The sign keeps them apart from any real key. */
export const blank = '+new';
export const importing = '+import';

export interface Address {
  readonly screen: Screen;
  /** What is open on the screen: a SKU, a run, a session, `import`. Empty: the screen itself. */
  readonly detail: string;
  /** Which side of it is shown: `#/launch/SKU-1/why`. Only where an address says so. */
  readonly view?: string;
}

export function parseAddress(hash: string): Address | null {
  const [screen = '', ...rest] = hash.replace(/^#?\/?/, '').split('/');
  const known = screens.find((name) => name === screen);
  if (known === undefined) return null;
  try {
    const [detail = '', ...views] = rest.map(decodeURIComponent);
    return { screen: known, detail, ...(views.length > 0 ? { view: views.join('/') } : {}) };
  } catch {
    return { screen: known, detail: '' };
  }
}

export function formatAddress(screen: Screen, detail = '', view = ''): string {
  return ['#', screen, ...(detail === '' ? [] : [encodeURIComponent(detail), ...(view === '' ? [] : [view])])].join('/');
}
