/** A chart of the page as an SVG file that looks the same anywhere: our styles written onto each shape, colours as every program reads them. */

/** What our charts set, under the names that SVG has as attributes. */
const properties = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'stroke-linecap', 'opacity', 'font-family', 'font-size', 'font-weight', 'text-anchor', 'paint-order'] as const;

/** `words` become the title, which is read out; the ground is the page's paper. */
export function writeChart(svg: SVGSVGElement, words: string): string {
  const pixel = createPixel();
  const box = svg.getBoundingClientRect();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const shapes = [...svg.querySelectorAll('*')];
  for (const [index, shape] of [...copy.querySelectorAll('*')].entries()) {
    const style = getComputedStyle(shapes[index]!);
    for (const name of properties) {
      const value = style.getPropertyValue(name);
      shape.setAttribute(name, name === 'fill' || name === 'stroke' ? toHex(pixel, value) : value);
    }
    for (const name of ['class', 'style']) shape.removeAttribute(name);
  }
  for (const name of ['class', 'style', 'aria-hidden', 'aria-label', 'role']) copy.removeAttribute(name);
  for (const [name, value] of [['xmlns', 'http://www.w3.org/2000/svg'], ['width', box.width], ['height', box.height], ['viewBox', `0 0 ${box.width} ${box.height}`]] as const) copy.setAttribute(name, String(value));
  copy.prepend(element('title', {}, words), element('rect', { width: '100%', height: '100%', fill: toHex(pixel, getComputedStyle(document.body).backgroundColor) }));
  return new XMLSerializer().serializeToString(copy);
}

function element(name: string, attributes: Readonly<Record<string, string>>, text = ''): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.textContent = text;
  return made;
}

function createPixel(): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('The chart could not be saved: the browser gave no canvas. Close other windows and save again.');
  return context;
}

/** `oklch(…)`, which few programs read, as `#rrggbb`, or `#rrggbbaa` where one sees through; words such as `none` stay. */
function toHex(pixel: CanvasRenderingContext2D, colour: string): string {
  if (!colour.includes('(')) return colour;
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
  return `#${[red!, green!, blue!, ...(alpha === 255 ? [] : [alpha!])].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
