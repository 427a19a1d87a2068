/**
 * What is on screen as a PNG, drawn here: boxes, borders, SVG shapes and text, with the fonts and colours in use.
 * A page cannot photograph itself, and an SVG image would not know the page's fonts; reading the laid-out elements needs neither.
 */

/** Pixels of the picture per pixel of the screen: sharp in print and on dense screens. */
const density = 2;
/** What only a screen reader hears. Buttons and the like are hidden by `[data-picture='none']` in base.css while a picture is taken. */
const leftOut = '.only-read';

/** @throws Error when the browser has no memory for the picture */
export async function takePicture(root: HTMLElement): Promise<Blob> {
  await document.fonts.ready;
  // From here to the last stroke nothing waits: the screen never shows itself without its buttons.
  root.dataset['taking'] = '';
  let canvas: HTMLCanvasElement;
  try {
    canvas = drawCanvas(root);
  } finally {
    delete root.dataset['taking'];
  }
  return toBlob(canvas);
}

function drawCanvas(root: HTMLElement): HTMLCanvasElement {
  const box = root.getBoundingClientRect();
  // A scrolled element is drawn whole: its content may be larger than its box.
  const [width, height] = [Math.max(box.width, root.scrollWidth), Math.max(box.height, root.scrollHeight)];
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.ceil(width * density), Math.ceil(height * density)];
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('The picture could not be drawn: the browser gave no canvas. Close other windows and export again.');
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--paper');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(density, 0, 0, density, (root.scrollLeft - box.left) * density, (root.scrollTop - box.top) * density);
  paintElement(context, root);
  return canvas;
}

function toBlob(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('The picture is too large for the browser. Make the window smaller and export again.')) : resolve(blob)), 'image/png');
  });
}

function paintElement(context: CanvasRenderingContext2D, element: Element): void {
  if (element.matches(leftOut)) return;
  const style = getComputedStyle(element);
  if (style.display === 'none' || style.visibility === 'hidden') return;
  const alpha = context.globalAlpha;
  context.globalAlpha = alpha * Number(style.opacity);
  if (element instanceof HTMLElement) paintBox(context, element.getBoundingClientRect(), style);
  else if (element instanceof SVGGraphicsElement) paintShape(context, element, style);
  for (const child of element.childNodes) {
    if (child instanceof Element) paintElement(context, child);
    else if (child instanceof Text) paintText(context, child, style);
  }
  context.globalAlpha = alpha;
}

function paintBox(context: CanvasRenderingContext2D, box: DOMRect, style: CSSStyleDeclaration): void {
  context.fillStyle = style.backgroundColor;
  context.beginPath();
  const radius = Number.parseFloat(style.borderTopLeftRadius) || 0;
  context.roundRect(box.x, box.y, box.width, box.height, radius);
  context.fill();
  const line = Number.parseFloat(style.borderTopWidth);
  if (radius > 0 && line > 0) {
    // A chip or a button: its border is the same on all sides.
    context.strokeStyle = style.borderTopColor;
    context.lineWidth = line;
    context.stroke();
    return;
  }
  const sides = [
    { size: style.borderTopWidth, line: style.borderTopStyle, color: style.borderTopColor, at: (size: number) => [box.x, box.y, box.width, size] as const },
    { size: style.borderBottomWidth, line: style.borderBottomStyle, color: style.borderBottomColor, at: (size: number) => [box.x, box.bottom - size, box.width, size] as const },
    { size: style.borderLeftWidth, line: style.borderLeftStyle, color: style.borderLeftColor, at: (size: number) => [box.x, box.y, size, box.height] as const },
    { size: style.borderRightWidth, line: style.borderRightStyle, color: style.borderRightColor, at: (size: number) => [box.right - size, box.y, size, box.height] as const },
  ];
  for (const { size, line, color, at } of sides) {
    const pixels = Number.parseFloat(size);
    if (pixels === 0 || line === 'none') continue;
    context.fillStyle = color;
    context.fillRect(...at(pixels));
  }
}

function paintShape(context: CanvasRenderingContext2D, element: SVGGraphicsElement, style: CSSStyleDeclaration): void {
  const shape = shapeOf(element);
  const place = element.getScreenCTM();
  if (shape === null || place === null) return;
  context.save();
  context.transform(place.a, place.b, place.c, place.d, place.e, place.f);
  if (style.fill !== 'none') {
    context.fillStyle = style.fill;
    context.fill(shape);
  }
  if (style.stroke !== 'none') {
    context.strokeStyle = style.stroke;
    context.lineWidth = Number.parseFloat(style.strokeWidth);
    context.lineJoin = style.strokeLinejoin as CanvasLineJoin;
    context.lineCap = style.strokeLinecap as CanvasLineCap;
    context.setLineDash(style.strokeDasharray === 'none' ? [] : style.strokeDasharray.split(/[\s,]+/).map(Number.parseFloat));
    context.stroke(shape);
  }
  context.restore();
}

/** The shapes our charts and icons are made of. */
function shapeOf(element: SVGGraphicsElement): Path2D | null {
  const path = new Path2D();
  if (element instanceof SVGPathElement) return new Path2D(element.getAttribute('d') ?? '');
  if (element instanceof SVGRectElement) path.roundRect(element.x.baseVal.value, element.y.baseVal.value, element.width.baseVal.value, element.height.baseVal.value, element.rx.baseVal.value);
  else if (element instanceof SVGCircleElement) path.arc(element.cx.baseVal.value, element.cy.baseVal.value, element.r.baseVal.value, 0, 2 * Math.PI);
  else if (element instanceof SVGLineElement) {
    path.moveTo(element.x1.baseVal.value, element.y1.baseVal.value);
    path.lineTo(element.x2.baseVal.value, element.y2.baseVal.value);
  } else if (element instanceof SVGPolylineElement) {
    for (const [index, point] of [...element.points].entries()) if (index === 0) path.moveTo(point.x, point.y); else path.lineTo(point.x, point.y);
  } else return null;
  return path;
}

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Draws a text node letter by letter where the browser put each: a canvas knows neither tabular figures nor our line breaks. Latin text only. */
function paintText(context: CanvasRenderingContext2D, node: Text, style: CSSStyleDeclaration): void {
  if (node.data.trim() === '') return;
  context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.fillStyle = node.parentElement instanceof SVGElement ? style.fill : style.color;
  context.textBaseline = 'alphabetic';
  const turned = node.parentElement instanceof SVGTextElement ? node.parentElement.getScreenCTM() : null;
  if (turned !== null && turned.b !== 0) {
    paintTurned(context, node, style, turned);
    return;
  }
  context.textAlign = 'center';
  const range = document.createRange();
  const places: { readonly segment: string; readonly x: number; readonly y: number }[] = [];
  for (const { segment, index } of letters.segment(node.data)) {
    range.setStart(node, index);
    range.setEnd(node, index + segment.length);
    const box = range.getBoundingClientRect();
    if (box.width === 0 || segment.trim() === '') continue;
    const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = context.measureText(segment);
    places.push({ segment, x: box.x + box.width / 2, y: box.y + (box.height - ascent - descent) / 2 + ascent });
  }
  // The edge of every letter before the first letter: an edge must not cover its neighbour.
  if (style.stroke !== 'none') {
    context.strokeStyle = style.stroke;
    context.lineWidth = Number.parseFloat(style.strokeWidth);
    context.lineJoin = 'round';
    for (const { segment, x, y } of places) context.strokeText(segment, x, y);
  }
  for (const { segment, x, y } of places) context.fillText(segment, x, y);
}

/** A text along a line of the chart, as one piece: its letters' boxes would not tell how they are turned. */
function paintTurned(context: CanvasRenderingContext2D, node: Text, style: CSSStyleDeclaration, place: DOMMatrix): void {
  const { x, y } = node.parentElement as Element as SVGTextElement;
  context.save();
  context.transform(place.a, place.b, place.c, place.d, place.e, place.f);
  context.textAlign = ({ middle: 'center', end: 'right' } as const)[style.textAnchor] ?? 'left';
  context.fillText(node.data.trim(), x.baseVal[0]?.value ?? 0, y.baseVal[0]?.value ?? 0);
  context.restore();
}
