/** A brief as one page of HTML that needs nothing else: no script, no request, A4. Whatever a draft says is text. */
import type { Brief, BriefPart } from '../api/brief.ts';

export function writeBrief({ sku, title, subtitle, figures, parts, provenance }: Brief): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Launch brief ${escape(sku)}</title>
<style>${style}</style>
</head>
<body>
<header><p class="kind">Launch brief · draft <b>${escape(sku)}</b></p><h1 dir="auto">${escape(title)}</h1><p dir="auto">${escape(subtitle)}</p></header>
<section class="figures">${figures.map(({ label, value, note }) => `<div><h2>${escape(label)}</h2><p class="value">${escape(value)}</p><p class="note">${escape(note)}</p></div>`).join('')}</section>
<main>${parts.map(writePart).join('\n')}</main>
<footer><dl>${provenance.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`).join('')}</dl></footer>
</body>
</html>
`;
}

function writePart({ title, sentences, rows, of }: BriefPart): string {
  const lines = rows.map(({ label, value, bar }) => `<tr><td dir="auto">${escape(label)}</td><td class="bar">${bar === null ? '' : `<i style="width:${(Math.max(0, Math.min(1, bar)) * 100).toFixed(1)}%"></i>`}</td><td>${escape(value)}</td></tr>`);
  return `<section class="${of}"><h2>${escape(title)}</h2>${sentences.map((sentence) => `<p dir="auto">${escape(sentence)}</p>`).join('')}${lines.length === 0 ? '' : `<table>${lines.join('')}</table>`}</section>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign]!);
}

/** Grey carries the page; the one colour is the draft's. Sizes in points: it is made for paper. */
const style = `
@page { size: A4; margin: 14mm; }
* { box-sizing: border-box; margin: 0; padding: 0; }
body { max-width: 182mm; margin: 0 auto; padding: 8mm 0; color: #1b1e24; font: 9pt/12pt "Inter Variable", Inter, system-ui, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
h1 { margin: 2pt 0; font-size: 16pt; line-height: 20pt; letter-spacing: -0.01em; }
h2 { font-size: 9pt; line-height: 12pt; }
.kind, .note, dt, header p { color: #565c66; }
.note { font-size: 8pt; line-height: 10pt; }
.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12pt; margin: 10pt 0; padding: 8pt 0; border-block: 1px solid #c9ccd2; }
.value { font-size: 16pt; line-height: 20pt; font-weight: 600; }
main { display: grid; grid-template-columns: 1fr; gap: 10pt; }
main section { break-inside: avoid; }
main p { margin-top: 2pt; }
table { width: 100%; margin-top: 3pt; border-collapse: collapse; table-layout: fixed; }
td { padding: 2pt 6pt 2pt 0; border-bottom: 1px solid #e4e6ea; vertical-align: middle; }
td:first-child { width: 50%; }
.bar { width: 18%; }
.bar i { display: block; height: 6pt; min-width: 1px; background: #8b919b; border-radius: 0 1pt 1pt 0; }
.draft .bar i { background: #9c2f91; }
footer { margin-top: 10pt; padding-top: 6pt; border-top: 1px solid #c9ccd2; font-size: 8pt; line-height: 10pt; }
dl { display: grid; grid-template-columns: 56pt 1fr; gap: 2pt 6pt; }
@media print { body { padding: 0; } }
`;
