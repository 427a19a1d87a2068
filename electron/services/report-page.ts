/** One page of titles, lists and tables as Markdown or as HTML that needs nothing else. What was typed by others stays text in both. */

export type Block =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly entries: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'table'; readonly title: string; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

export function markdownPage(blocks: readonly Block[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ');
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return `${blocks.map((block) => {
    switch (block.kind) {
      case 'title': return `# ${cell(block.text)}`;
      case 'text': return cell(block.text);
      case 'list': return block.entries.map(([name, value]) => `- ${cell(name)}: ${cell(value)}`).join('\n');
      case 'table': return [`## ${cell(block.title)}`, '', line(block.columns), `|${block.columns.map(() => '---').join('|')}|`, ...block.rows.map(line)].join('\n');
      default: return block satisfies never;
    }
  }).join('\n\n')}\n`;
}

const style = 'body{font:14px/1.45 system-ui,sans-serif;max-width:1000px;margin:32px auto;padding:0 16px;color:#1b1d22}h1{font-size:22px}h2{font-size:15px;margin:28px 0 8px}table{border-collapse:collapse;width:100%;font-size:12px;font-variant-numeric:tabular-nums}th,td{padding:4px 8px;border-bottom:1px solid #dcdfe4;text-align:left;vertical-align:top}dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;font-size:13px}dt{color:#5b616b}dd{margin:0;overflow-wrap:anywhere}@media print{h2{break-after:avoid}tr{break-inside:avoid}}';

export function htmlPage(blocks: readonly Block[]): string {
  const text = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  const title = blocks.find((block) => block.kind === 'title')?.text ?? 'Report';
  const body = blocks.map((block) => {
    switch (block.kind) {
      case 'title': return `<h1>${text(block.text)}</h1>`;
      case 'text': return `<p>${text(block.text)}</p>`;
      case 'list': return `<dl>${block.entries.map(([name, value]) => `<dt>${text(name)}</dt><dd>${text(value)}</dd>`).join('')}</dl>`;
      case 'table': return `<h2>${text(block.title)}</h2><table><thead><tr>${block.columns.map((name) => `<th>${text(name)}</th>`).join('')}</tr></thead><tbody>${block.rows.map((row) => `<tr>${row.map((value) => `<td>${text(value)}</td>`).join('')}</tr>`).join('')}</tbody></table>`;
      default: return block satisfies never;
    }
  });
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${text(title)}</title><style>${style}</style></head>\n<body>\n${body.join('\n')}\n</body></html>\n`;
}
