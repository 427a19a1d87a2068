/** Text for a model out of HTML that is stored as it came: tags and scripts gone, entities decoded once. */
import { decodeHTML } from 'entities';
import type { ReadableDB } from './connection.ts';

/** Between what stood in lines or list items of their own. */
const separator = '; ';
const separators = new Set(['br', 'li']);
/** Elements whose content is no text. */
const silent = new Set(['script', 'style']);

/** Every character is looked at once, whatever the input. */
export function plainText(html: string): string {
  const lower = html.toLowerCase();
  const parts: string[] = [];
  let from = 0;
  for (let open = html.indexOf('<'); open >= 0; open = html.indexOf('<', open)) {
    const name = /^<\/?([a-z][a-z0-9]{0,20})|^<!/.exec(lower.slice(open, open + 24));
    if (name === null) {
      open += 1; // "5 < 6"
      continue;
    }
    let end = html.indexOf('>', open);
    if (end < 0) break;
    parts.push(html.slice(from, open), html[open + 1] !== '/' && separators.has(name[1] ?? '') ? separator : ' ');
    if (silent.has(name[1] ?? '') && html[open + 1] !== '/') {
      const close = lower.indexOf(`</${name[1]}`, end);
      end = close < 0 ? html.length : Math.max(close, html.indexOf('>', close));
    }
    from = end + 1;
    open = from;
  }
  parts.push(html.slice(from));
  return decodeHTML(parts.join('')).normalize('NFC').split(/\s/).filter((word) => word !== '').join(' ');
}

/** Imports whose format says that descriptions are HTML. */
export function importsWithHtml(db: ReadableDB): ReadonlySet<number> {
  return new Set(db.prepare<[], number>(`SELECT id FROM imports WHERE detected IS NOT NULL AND json_valid(detected) AND json_extract(detected, '$.html') = 1`).pluck().all());
}
