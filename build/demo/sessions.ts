/**
 * Shopping sessions with the structure a next-item model can learn: projects (several leaves in the order of the work),
 * substitutes (one leaf, near in size, brand and price), accessories, tastes of a shopper, the season, popularity, noise.
 */
import type { Product } from './catalog.ts';
import { accessories, projects, type Project } from './projects.ts';
import type { Random } from './random.ts';
import { brands, departments } from './taxonomy.ts';

export interface Event {
  readonly session: string;
  readonly sku: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly position: number;
  readonly user: string;
  readonly split: 'train' | 'valid' | 'test';
}

export const firstDay = Date.UTC(2025, 10, 1);
const year = 365 * 86_400_000;
/** By time, so that nobody is asked to predict the past: the last weeks are held out. */
const validFrom = firstDay + 0.91 * year;
const testFrom = firstDay + 0.955 * year;

interface Shopper {
  readonly name: string;
  /** Brand the shopper is loyal to, per department: affinity as a factor. */
  readonly brandTaste: ReadonlyMap<string, number>;
  readonly colorTaste: ReadonlyMap<string, number>;
  /** −1 looks at the cheap end, +1 at the dear end. */
  readonly purse: number;
  project: Project | null;
  /** Next step of the project. */
  step: number;
  /** Colour and brand the project has settled on. */
  finish: string;
}

/** One visit's constraints on the next product. */
interface Wish {
  readonly leaf: string;
  readonly day: number;
  readonly finish?: string;
  readonly like?: Product;
  readonly sameBrand?: string;
}

const finishColors = ['White', 'Gray', 'Black', 'Silver', 'Beige', 'Brown', 'Bronze', 'Green', 'Blue'];
const hourWeights = [1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 3, 4, 4.5, 4.5, 5, 4.5, 4, 4, 4.5, 5, 6, 7, 7.5, 6.5, 4, 2];

export function recordSessions(random: Random, products: readonly Product[], count: number): readonly Event[] {
  const byLeaf = Map.groupBy(products, (product) => product.path[3]);
  const leafNames = [...byLeaf.keys()];
  const seasonOf = new Map(departments.flatMap((department) => department.leaves.map((leaf) => [leaf.leaf, department.season] as const)));
  /** Demand of a leaf in a month, without its size: projects and browsing start here. */
  const season = (leaf: string, month: number): number => seasonOf.get(leaf)![month]!;

  // Shoppers differ in how often they come: a few professionals, many who come once.
  const shoppers = Array.from({ length: Math.max(1, Math.round(count * 0.26)) }, (_, index) => createShopper(random, index));
  const activity = shoppers.map(() => 0.4 + 3 * random.next() ** 4);
  const starts = Array.from({ length: count }, () => sessionStart(random)).sort((a, b) => a - b);

  /** A product of the wished leaf: popularity times everything that draws this shopper to it. */
  function choose(shopper: Shopper, wish: Wish, seen: ReadonlySet<Product>): Product | null {
    const offered = byLeaf.get(wish.leaf);
    if (offered === undefined) throw new Error(`no products in leaf ${wish.leaf}`);
    const weights = new Float64Array(offered.length);
    let total = 0;
    for (const [index, product] of offered.entries()) {
      if (product.launch > wish.day || seen.has(product)) continue;
      let weight = product.appeal * (shopper.brandTaste.get(product.brand) ?? 1);
      weight *= Math.exp(1.1 * shopper.purse * product.level - 0.4 * product.level * product.level);
      if (product.color !== '') {
        weight *= shopper.colorTaste.get(product.color) ?? 1;
        if (wish.finish !== undefined && wish.finish !== '') weight *= product.color === wish.finish ? 7 : 0.6;
      }
      if (wish.sameBrand === product.brand) weight *= 5;
      if (wish.like !== undefined) weight *= likeness(wish.like, product);
      weights[index] = weight;
      total += weight;
    }
    return total > 0 ? offered[random.weighted(weights)]! : null;
  }

  function visit(shopper: Shopper, day: number, month: number): Product[] {
    const basket: Product[] = [];
    const seen = new Set<Product>();
    const add = (wish: Wish): Product | null => {
      const product = choose(shopper, wish, seen);
      if (product !== null) {
        seen.add(product);
        basket.push(product);
      }
      return product;
    };
    const compare = (first: Product | null, looks: number, finish: string): void => {
      for (let like = first, look = 0; like !== null && look < looks; look++) like = add({ leaf: like.path[3], day, like, finish });
    };
    const popularLeaf = (): string => leafNames[random.weighted(leafNames.map((leaf) => season(leaf, month) * byLeaf.get(leaf)!.length))]!;

    const kind = random.next();
    if (kind < 0.46) {
      if (shopper.project === null) startProject(random, shopper, projects[random.weighted(projects.map((project) => project.weight * season(project.steps[0]!, month)))]!);
      const project = shopper.project!;
      const wanted = 2 + random.below(4);
      let brand = '';
      for (let done = 0; done < wanted && shopper.step < project.steps.length; shopper.step++) {
        const step = project.steps[shopper.step]!;
        const optional = step.startsWith('?');
        if (optional && random.chance(0.55)) continue;
        const product = add({ leaf: optional ? step.slice(1) : step, day, finish: shopper.finish, sameBrand: brand });
        if (product === null) continue;
        if (product.color !== '' && shopper.finish === '') shopper.finish = product.color;
        brand = product.brand;
        compare(product, random.chance(0.35) ? 1 + random.below(2) : 0, shopper.finish);
        done++;
      }
      if (shopper.step >= project.steps.length || random.chance(0.25)) shopper.project = null;
    } else if (kind < 0.72) {
      const first = add({ leaf: popularLeaf(), day });
      compare(first, 2 + random.below(4), '');
    } else if (kind < 0.9) {
      const mains = Object.keys(accessories);
      const main = mains[random.weighted(mains.map((leaf) => season(leaf, month)))]!;
      const product = add({ leaf: main, day });
      compare(product, random.chance(0.5) ? 1 : 0, '');
      const owned = basket.at(-1);
      if (owned !== undefined) {
        const offers = accessories[main]!;
        for (let extra = 1 + random.below(3); extra > 0; extra--) add({ leaf: offers[random.weighted(offers.map(([, weight]) => weight))]![0], day, sameBrand: owned.brand, finish: owned.color });
      }
    } else {
      for (let looks = 2 + random.below(4); looks > 0; looks--) add({ leaf: popularLeaf(), day });
    }
    // A stray look at something else, and now and then a second look at the first product.
    if (random.chance(0.12)) add({ leaf: popularLeaf(), day });
    if (basket.length > 2 && random.chance(0.1)) basket.push(basket[0]!);
    // A visit without a second look says little; a few are recorded all the same.
    const least = random.chance(0.03) ? 1 : 2;
    while (basket.length < least) add({ leaf: popularLeaf(), day });
    return basket;
  }

  const events: Event[] = [];
  for (const [index, start] of starts.entries()) {
    const shopper = shoppers[random.weighted(activity)]!;
    const day = (start - firstDay) / year;
    const session = `s${String(index + 1).padStart(5, '0')}`;
    const split = start >= testFrom ? 'test' : start >= validFrom ? 'valid' : 'train';
    let time = start;
    for (const [position, product] of visit(shopper, day, new Date(start).getUTCMonth()).entries()) {
      events.push({ session, sku: product.sku, time, position, user: shopper.name, split });
      time += 1000 * Math.round(15 + 160 * random.next() ** 2 * 2);
    }
  }
  return events;
}

/** How likely a shopper who looks at `a` looks at `b` of the same leaf next. */
function likeness(a: Product, b: Product): number {
  const price = Math.exp(-2.2 * Math.abs(a.level - b.level));
  return price * (a.size === b.size ? 2.6 : 1) * (a.brand === b.brand ? 2.2 : 1) * (a.color === b.color ? 2 : 1) * (a.material === b.material ? 1.6 : 1);
}

function startProject(random: Random, shopper: Shopper, project: Project): void {
  shopper.project = project;
  shopper.step = 0;
  const favourite = [...shopper.colorTaste].filter(([, taste]) => taste > 1).map(([color]) => color);
  shopper.finish = favourite.length > 0 && random.chance(0.6) ? random.pick(favourite) : '';
}

function createShopper(random: Random, index: number): Shopper {
  const brandTaste = new Map<string, number>();
  for (const department of departments) {
    const names = [...new Set(department.leaves.flatMap((leaf) => leaf.brands))];
    if (random.chance(0.75)) brandTaste.set(names[random.weighted(names.map((name) => brands[name]!.draw))]!, 6 + 12 * random.next());
  }
  const colorTaste = new Map<string, number>();
  for (let favourites = 1 + random.below(2); favourites > 0; favourites--) colorTaste.set(random.pick(finishColors), 3);
  return { name: `u${String(index + 1).padStart(5, '0')}`, brandTaste, colorTaste, purse: Math.max(-1.5, Math.min(1.5, random.normal())), project: null, step: 0, finish: '' };
}

/** Days are busier at the weekend, hours in the evening. */
function sessionStart(random: Random): number {
  for (;;) {
    const day = firstDay + 86_400_000 * random.below(365);
    const weekday = new Date(day).getUTCDay();
    if (!random.chance(weekday === 0 || weekday === 6 ? 1 : 0.72)) continue;
    return day + 3_600_000 * random.weighted(hourWeights) + 1000 * random.below(3600);
  }
}
