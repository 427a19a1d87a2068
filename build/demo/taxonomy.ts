/** What the demo shop sells: one entry per leaf of the category tree. All names are invented. */
import { bath } from './departments/bath.ts';
import { garden } from './departments/garden.ts';
import { heating } from './departments/heating.ts';
import { lighting } from './departments/lighting.ts';
import { paint } from './departments/paint.ts';
import { storage } from './departments/storage.ts';
import { tile } from './departments/tile.ts';
import { tools } from './departments/tools.ts';

/**
 * Options are written `label | label*price factor`; a colour as `Name in the title=Family`.
 * Earlier options sell better than later ones.
 */
export interface Leaf {
  readonly leaf: string;
  /** `L2 > L3` */
  readonly at: string;
  /** How many SKUs the leaf holds. */
  readonly count: number;
  /** Dollars, for a brand of middle price and a factor of 1. */
  readonly price: number;
  readonly brands: readonly string[];
  /** `{brand} {series} {size} {color} {material} {trait} {pack} {volts}`; what is empty disappears. */
  readonly title: string;
  readonly series?: string;
  readonly size?: string;
  readonly color?: string;
  readonly material?: string;
  readonly trait?: string;
  readonly pack?: string;
  readonly about: string;
}

export interface Department {
  readonly name: string;
  /** Demand in January … December. */
  readonly season: readonly number[];
  readonly leaves: readonly Leaf[];
}

export const departments: readonly Department[] = [tile, paint, tools, bath, lighting, garden, heating, storage];

/** Price level (1 = middle), share of shoppers who reach for it first, and the battery platform of its cordless tools. */
export interface Brand {
  readonly tier: number;
  readonly draw: number;
  readonly volts?: string;
}

export const brands: Readonly<Record<string, Brand>> = {
  Norrow: { tier: 0.72, draw: 0.8 },
  TORVANE: { tier: 1.28, draw: 1.8, volts: '20-Volt MAX' },
  Brakhaus: { tier: 1.55, draw: 1.1, volts: '18-Volt' },
  Korrin: { tier: 1, draw: 1.4, volts: '18-Volt ONE-Fit' },
  Fixwell: { tier: 0.7, draw: 0.8, volts: '20-Volt' },
  Ironvale: { tier: 1.05, draw: 1.2 },
  Handrell: { tier: 0.85, draw: 1 },
  Guardell: { tier: 1, draw: 1 },
  Calderra: { tier: 1, draw: 1.6 },
  Marovia: { tier: 1.5, draw: 1 },
  Tessavine: { tier: 1.2, draw: 0.8 },
  Bondarra: { tier: 1.15, draw: 1.6 },
  'Mortega Pro': { tier: 1, draw: 1.1 },
  Timbrelle: { tier: 1.1, draw: 1.3 },
  Floravane: { tier: 0.9, draw: 1 },
  Pellucor: { tier: 1.2, draw: 1.6 },
  'Wexley & Dune': { tier: 1.6, draw: 0.9 },
  Colorvane: { tier: 0.9, draw: 1.3 },
  Brushmere: { tier: 1.1, draw: 1.2 },
  Aquellis: { tier: 1.35, draw: 1.3 },
  Fontara: { tier: 1, draw: 1.5 },
  Bathmere: { tier: 0.8, draw: 1 },
  Sealwick: { tier: 1, draw: 1.3 },
  Lumaway: { tier: 0.95, draw: 1.5 },
  'Halden & Rye': { tier: 1.6, draw: 0.8 },
  Brightholm: { tier: 1.1, draw: 1.2 },
  Voltane: { tier: 1.1, draw: 1.4 },
  Amperly: { tier: 0.85, draw: 1 },
  Greenmoor: { tier: 1, draw: 1.4 },
  Fernhollow: { tier: 1.25, draw: 1 },
  TerraVale: { tier: 0.9, draw: 1.2 },
  'Mulberry Row': { tier: 1.4, draw: 0.7 },
  Sunmarrow: { tier: 1.15, draw: 1 },
  Emberline: { tier: 1.2, draw: 1.1 },
  Thermora: { tier: 1, draw: 1.3 },
  Nordhearth: { tier: 1.4, draw: 0.9 },
  Draftaway: { tier: 0.9, draw: 1 },
  Airvella: { tier: 1.1, draw: 1.2 },
  Rackmere: { tier: 1.05, draw: 1.2 },
  Tidewell: { tier: 0.85, draw: 1.3 },
  Latchford: { tier: 1.15, draw: 1.3 },
  Boltera: { tier: 0.95, draw: 1.4 },
};
