/** Addresses of screens: `#/launch/SKU-1`. They are stable, so back, forward, a bookmark and a colleague's message all work. */

export const screens = ['home', 'catalog', 'sessions', 'training', 'benchmark', 'launch', 'categories', 'settings'] as const;
export type Screen = (typeof screens)[number];

/** Details that are no SKU: a form to fill in. The sign keeps them apart from any real key. */
export const blank = '+new';
export const importing = '+import';

export interface Address {
  readonly screen: Screen;
  /** What is open on the screen: a SKU, a run, a session, `import`. Empty: the screen itself. */
  readonly detail: string;
}

export function parseAddress(hash: string): Address | null {
  const [screen = '', ...rest] = hash.replace(/^#?\/?/, '').split('/');
  const known = screens.find((name) => name === screen);
  if (known === undefined) return null;
  try {
    return { screen: known, detail: decodeURIComponent(rest.join('/')) };
  } catch {
    return { screen: known, detail: '' };
  }
}

export function formatAddress(screen: Screen, detail = ''): string {
  return detail === '' ? `#/${screen}` : `#/${screen}/${encodeURIComponent(detail)}`;
}
