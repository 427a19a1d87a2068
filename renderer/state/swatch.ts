/**
 * How a SKU without a picture looks: colours from its colour words, a glyph from its category words, letters from its brand.
 * Deterministic: the same SKU looks the same on every screen and every day.
 */

/** Colour words to sRGB. These paint products, not the interface, so they are the same in both themes. */
const colors: Readonly<Record<string, string>> = {
  black: '#26272b', anthracite: '#3b3f45', charcoal: '#41454b', graphite: '#4a4e54', slate: '#5d6b78', gunmetal: '#4c555c', grey: '#8b9097', gray: '#8b9097', silver: '#c3c8ce',
  chrome: '#cfd5da', steel: '#aab2ba', stainless: '#b9c0c7', nickel: '#b7b3a9', aluminium: '#c4c9cc', zinc: '#a9b0b5', white: '#fafaf8', ivory: '#f5f0df', cream: '#f3e9cf', beige: '#dccbaa', sand: '#d6c29a',
  taupe: '#998877', natural: '#d8bd92', brown: '#7a4f2f', walnut: '#5f4330', oak: '#c39a62', pine: '#dcb67a', beech: '#dcb58a', teak: '#a5703e', mahogany: '#6b2f22', wenge: '#45342c', chestnut: '#80472c',
  copper: '#b5703c', bronze: '#9a7240', brass: '#c3a04c', gold: '#d0a83e', yellow: '#f0c92f', mustard: '#cf9f2a', amber: '#e5a023', orange: '#e67b22', terracotta: '#c0633f', coral: '#ee7a62', salmon: '#f0917c',
  red: '#c92f2f', crimson: '#a81f34', burgundy: '#751f34', wine: '#6d2036', pink: '#e88bab', rose: '#d9718d', magenta: '#c0308a', purple: '#7443a1', violet: '#6c4ab0', lilac: '#b49ad4', lavender: '#b7a8dd',
  navy: '#20325f', blue: '#2f66c4', cobalt: '#214fa5', azure: '#3f92d8', sky: '#82bfe9', turquoise: '#35b6b1', teal: '#1d7f83', aqua: '#5fc6c9', mint: '#a5dcc2', green: '#38894c', olive: '#76782f',
  sage: '#9bab8c', forest: '#245c39', lime: '#9ccb35', khaki: '#a59a6a', clear: '#e3eef2', transparent: '#e3eef2', glass: '#d5e6ea', multicolor: '#b887c4', multicolour: '#b887c4',
  schwarz: '#26272b', weiss: '#fafaf8', weiß: '#fafaf8', grau: '#8b9097', rot: '#c92f2f', blau: '#2f66c4', grün: '#38894c', gelb: '#f0c92f', braun: '#7a4f2f', noir: '#26272b', blanc: '#fafaf8', gris: '#8b9097',
  rouge: '#c92f2f', bleu: '#2f66c4', vert: '#38894c', jaune: '#f0c92f', marron: '#7a4f2f', negro: '#26272b', blanco: '#fafaf8', rojo: '#c92f2f', azul: '#2f66c4', verde: '#38894c', amarillo: '#f0c92f',
};

/** Up to three colours, in the order of the words; empty where no word is a colour we know. */
export function colorsOf(words: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (const word of words.flatMap((text) => text.toLowerCase().split(/[^\p{L}]+/u))) {
    const color = Object.hasOwn(colors, word) ? colors[word] : undefined; // `constructor` is a word like any other
    if (color !== undefined && !found.includes(color)) found.push(color);
  }
  return found.slice(0, 3);
}

/** Whether dark marks read better than light ones on a colour (relative luminance, WCAG 2). */
export function needsDarkMark(hex: string): boolean {
  const channel = (from: number): number => {
    const value = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) > 0.3;
}

export const glyphNames = [
  'paint', 'drill', 'hammer', 'wrench', 'light', 'power', 'plant', 'water', 'bath', 'door', 'sofa', 'bed', 'storage', 'kitchen', 'floor', 'wall', 'wood', 'fasten', 'measure', 'safety', 'heat', 'flask', 'cut', 'box', 'clothes', 'device', 'book', 'food', 'toy', 'car',
] as const;
export type GlyphName = (typeof glyphNames)[number];

/** Word stems to glyphs, the most telling first. A category path is read from its leaf to its root. */
const stems: readonly (readonly [GlyphName, RegExp])[] = [
  ['paint', /paint|primer|varnish|stain|brush|roller|lacquer|farbe/], ['drill', /drill|driver|power tool|rotary|router|sander|grinder/], ['cut', /saw|blade|cutter|knife|scissor|trimmer|mower/],
  ['fasten', /screw|nail|bolt|anchor|fasten|hinge|bracket|adhesive|glue|tape/], ['measure', /measur|level|ruler|caliper|gauge|scale|thermometer|meter/], ['safety', /glove|safety|mask|goggle|helmet|protect|lock|alarm|smoke/],
  ['light', /light|lamp|bulb|led|lumin|lantern|chandelier/], ['power', /electr|cable|switch|socket|plug|battery|charger|wire|outlet/], ['bath', /bath|shower|toilet|sink|basin/], ['water', /plumb|faucet|tap|pipe|hose|valve|pump|water|irrigat/],
  ['heat', /heat|stove|boiler|radiator|fire|grill|barbecue|fan|air cond|ventil/], ['plant', /garden|plant|soil|seed|lawn|outdoor|patio|flower|fertili/], ['door', /door|window|gate|handle|shutter|curtain|blind/], ['floor', /floor|tile|laminate|carpet|rug|parquet|vinyl/],
  ['wall', /wall|brick|cement|concrete|plaster|insulat|drywall|roof|mortar/], ['wood', /wood|timber|lumber|plywood|board|panel|mdf/], ['bed', /bed|mattress|pillow|blanket|duvet/], ['sofa', /sofa|chair|furnitur|seat|table|desk|couch|armchair/],
  ['storage', /stor|shelf|shelv|cabinet|box|rack|organi|drawer|wardrobe/], ['kitchen', /kitchen|cook|pan\b|pot\b|cutlery|oven|dish|fridge/], ['flask', /lab|chem|test|scien|beaker|reagent|pipette|microscop|filter/], ['hammer', /hammer|mallet|hand tool|chisel|plier/],
  ['wrench', /tool|wrench|spanner|repair|mechanic|hardware|abrasive/], ['clothes', /cloth|wear|shirt|shoe|apparel|dress|jacket/], ['device', /phone|comput|electronic|camera|audio|tv\b|3d print|printer/], ['book', /book|paper|office|stationer|education/], ['food', /food|grocer|drink|coffee|tea\b|snack/],
  ['toy', /toy|game|kid|child|baby/], ['car', /car\b|auto|vehicle|tyre|tire|bike/],
];

/** The glyph of a category path; words beat the title's, deeper levels beat higher ones. */
export function glyphOf(categoryPath: readonly string[], title = ''): GlyphName {
  for (const text of [...categoryPath].reverse().concat(title)) {
    const lower = text.toLowerCase();
    const hit = stems.find(([, pattern]) => pattern.test(lower));
    if (hit !== undefined) return hit[0];
  }
  return 'box';
}

/** `Stanley Tools` -> `ST`, `Bosch` -> `Bo`, '' -> ''. */
export function monogramOf(brand: string): string {
  const words = brand.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => [...word][0] ?? '') : [...(words[0] ?? '')].slice(0, 2);
  return words.length > 1 ? letters.join('').toUpperCase() : letters.map((letter, index) => (index === 0 ? letter.toUpperCase() : letter.toLowerCase())).join('');
}
