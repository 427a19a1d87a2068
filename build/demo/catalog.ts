/** The demo catalogue: product lines of each brand in each leaf, and their variants by size, colour and pack. */
import type { Random } from './random.ts';
import { brands, departments, type Leaf } from './taxonomy.ts';

export interface Product {
  readonly sku: string;
  readonly title: string;
  readonly brand: string;
  /** Colour family, '' where colour means nothing. */
  readonly color: string;
  readonly material: string;
  readonly size: string;
  readonly price: number;
  /** L1, L2, L3, leaf. */
  readonly path: readonly [string, string, string, string];
  readonly description: string;
  /** How often shoppers reach for it, all else equal. */
  readonly appeal: number;
  /** Price over the leaf's middle price, as a logarithm. */
  readonly level: number;
  /** Share of the year that has passed when it goes on sale; 0 for nearly all. */
  readonly launch: number;
}

interface Option {
  readonly label: string;
  readonly family: string;
  readonly factor: number;
  /** 1 for the first option, falling along the list. */
  readonly demand: number;
}

function readOptions(text: string | undefined): readonly Option[] {
  if (text === undefined) return [{ label: '', family: '', factor: 1, demand: 1 }];
  return text.split('|').map((entry, place) => {
    const [named = '', factor = '1'] = entry.split('*');
    const [label = '', family = label] = named.split('=');
    return { label: label.trim(), family: family.trim(), factor: Number(factor), demand: 1 / (1 + 0.7 * place) };
  });
}

/** 0.97, 0.98 and .48 endings below 100 dollars, whole 9s above: how shops write prices. */
function shopPrice(amount: number): number {
  if (amount < 10) return Math.max(0.98, Math.floor(amount * 2) / 2 + 0.48);
  if (amount < 100) return Math.floor(amount) + 0.97;
  return Math.round(amount / 10) * 10 - 1;
}

/** `{name}` by its value; blanks that an empty value leaves behind go too. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template
    .replaceAll(/\{([a-z]+)\}/g, (_whole, name: string) => values[name] ?? '')
    .split(' ')
    .filter((word) => word !== '')
    .join(' ')
    .replaceAll(' ,', ',');
}

/** Share of SKUs that are launched within the year: what a back-test hides and previews. */
const launchedShare = 0.06;

function stockLeaf(random: Random, department: string, leaf: Leaf, nextSku: () => string): Product[] {
  const [level2 = '', level3 = ''] = leaf.at.split(' > ');
  const sizes = readOptions(leaf.size);
  const colors = readOptions(leaf.color);
  const packs = readOptions(leaf.pack);
  const traits = readOptions(leaf.trait);
  const materials = readOptions(leaf.material);
  const series = readOptions(leaf.series);
  const brandWeights = leaf.brands.map((name) => 0.5 + brands[name]!.draw);
  const demandOf = (options: readonly Option[]) => options.map((option) => 0.35 + option.demand);
  const titles = new Set<string>();
  const products: Product[] = [];

  // A product line shares brand, series, trait and material; its variants differ in size, colour and pack.
  for (let attempts = 0; products.length < leaf.count && attempts < leaf.count * 40; attempts++) {
    const brandName = leaf.brands[random.weighted(brandWeights)]!;
    const brand = brands[brandName]!;
    const line = series[random.weighted(demandOf(series))]!;
    const trait = traits[random.weighted(demandOf(traits))]!;
    const material = materials[random.weighted(demandOf(materials))]!;
    const linePrice = leaf.price * brand.tier * trait.factor * material.factor * (1 + 0.08 * random.normal());
    const lineAppeal = brand.draw * trait.demand * line.demand * Math.exp(0.35 * random.normal());
    const variants = 1 + random.below(4);
    for (let variant = 0; variant < variants && products.length < leaf.count; variant++) {
      const size = sizes[random.weighted(demandOf(sizes))]!;
      const color = colors[random.weighted(demandOf(colors))]!;
      const pack = packs[random.weighted(demandOf(packs))]!;
      const words = { brand: brandName, series: line.label, trait: trait.label, material: material.label, size: size.label, color: color.label, pack: pack.label, volts: brand.volts ?? '' };
      const title = fillTemplate(leaf.title, words);
      if (titles.has(title)) continue;
      titles.add(title);
      const price = shopPrice(linePrice * size.factor * pack.factor);
      products.push({
        sku: nextSku(),
        title,
        brand: brandName,
        color: color.family,
        material: material.label,
        size: size.label,
        price,
        path: [department, level2, level3, leaf.leaf],
        description: fillTemplate(leaf.about, words),
        appeal: lineAppeal * (0.3 + size.demand) * (0.3 + color.demand) * (0.3 + pack.demand) * Math.exp(0.45 * random.normal()),
        level: Math.log(price / leaf.price),
        launch: random.chance(launchedShare) ? 0.25 + 0.65 * random.next() : 0,
      });
    }
  }
  return products;
}

/** About 2,000 products in the order of the shop's tree; SKUs carry no meaning. */
export function stockShop(random: Random): readonly Product[] {
  let number = 1_000_417;
  const nextSku = (): string => String((number += 3 + random.below(640)));
  return departments.flatMap((department) => department.leaves.flatMap((leaf) => stockLeaf(random, department.name, leaf, nextSku)));
}
