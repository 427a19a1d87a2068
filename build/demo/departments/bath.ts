import type { Department } from '../taxonomy.ts';

const fittings = ['Fontara', 'Aquellis', 'Bathmere'];
const finishes = 'Matte Black=Black | Brushed Nickel=Silver | Chrome=Silver | Champagne Bronze=Bronze';

export const bath: Department = {
  name: 'Bath & Plumbing',
  season: [1.1, 1.1, 1.1, 1, 1, 0.9, 0.9, 0.9, 1, 1, 1, 0.9],
  leaves: [
    {
      leaf: 'Bathroom Sink Faucets', at: 'Bath > Bathroom Faucets', count: 32, price: 89, brands: fittings,
      series: 'Arden | Corbel | Maren', color: finishes, size: '4 in. Centerset | 8 in. Widespread*1.6 | Single Hole*1.1', trait: '2-Handle | Single-Handle', material: 'Brass',
      title: '{brand} {series} {size} {trait} Bathroom Faucet in {color}',
      about: 'WaterSense faucet with drip-free ceramic cartridges; pop-up drain included.',
    },
    {
      leaf: 'Shower Heads', at: 'Bath > Showers', count: 24, price: 49, brands: fittings,
      series: 'Arden | Rainwell', color: finishes, size: '6 in. | 10 in.*1.5 | 4.5 in.*0.7', trait: '5-Spray Fixed | Handheld*1.2 | Rain*1.3',
      title: '{brand} {series} {trait} {size} Shower Head in {color}',
      about: '1.75 GPM with soft nozzles that wipe clean.',
    },
    {
      leaf: 'Towel Bars', at: 'Bath > Bath Hardware', count: 22, price: 27, brands: fittings,
      series: 'Arden | Corbel | Maren', color: finishes, size: '24 in. | 18 in.*0.9', material: 'Zinc | Stainless Steel*1.2',
      title: '{brand} {series} {size} Wall Mounted Towel Bar in {color}',
      about: 'Concealed screws, mounting template included.',
    },
    {
      leaf: 'Toilet Paper Holders', at: 'Bath > Bath Hardware', count: 16, price: 19, brands: fittings,
      series: 'Arden | Corbel | Maren', color: finishes, trait: 'Pivoting | Spring-Loaded | Freestanding*1.5', material: 'Zinc',
      title: '{brand} {series} {trait} Toilet Paper Holder in {color}',
      about: 'Matches the {series} bath collection.',
    },
    {
      leaf: 'Bathroom Vanities', at: 'Bath > Vanities & Mirrors', count: 28, price: 520, brands: ['Aquellis', 'Fontara', 'Bathmere', 'Norrow'],
      series: 'Wrenfield | Hollis', color: 'White | Navy Blue=Blue | Dove Gray=Gray | Natural Oak=Brown', size: '36 in. W | 30 in. W*0.8 | 48 in. W*1.4 | 24 in. W*0.6', trait: 'Cultured Marble | Engineered Stone*1.3', material: 'Wood',
      title: '{brand} {series} {size} x 22 in. D Bath Vanity in {color} with White {trait} Top',
      about: 'Soft-close doors and dovetail drawers; ships assembled with an undermount sink.',
    },
    {
      leaf: 'Bathroom Mirrors', at: 'Bath > Vanities & Mirrors', count: 18, price: 99, brands: ['Aquellis', 'Bathmere', 'Norrow'],
      color: 'Black | Brushed Gold=Bronze | Silver | White', size: '24 in. x 36 in. | 30 in. x 40 in.*1.4 | 28 in. Round*0.9', trait: 'Framed | LED Lighted*1.9',
      title: '{brand} {size} {trait} Bathroom Vanity Mirror in {color}',
      about: 'Rust-free backing for humid rooms, hangs two ways.',
    },
    {
      leaf: 'Toilets', at: 'Bath > Toilets', count: 14, price: 229, brands: fittings,
      color: 'White | Biscuit=Beige', trait: 'Elongated | Round*0.85 | Compact Elongated*1.15', size: '2-Piece 1.28 GPF | 1-Piece 1.28 GPF*1.5',
      title: '{brand} {size} Single Flush {trait} Toilet in {color}, Seat Included',
      about: 'High-efficiency flush with a fully glazed trapway.',
    },
    {
      leaf: 'Kitchen Faucets', at: 'Kitchen > Kitchen Faucets', count: 26, price: 149, brands: fittings,
      series: 'Maren | Baylor', color: finishes, trait: 'Pull-Down | Touchless Pull-Down*1.5 | Standard*0.7', size: 'Single-Handle', material: 'Brass',
      title: '{brand} {series} {size} {trait} Sprayer Kitchen Faucet in {color}',
      about: 'Spot-resistant finish and a docking spray head with two functions.',
    },
    {
      leaf: 'Kitchen Sinks', at: 'Kitchen > Kitchen Sinks', count: 16, price: 239, brands: ['Aquellis', 'Fontara', 'Norrow'],
      color: 'Black | White | Gray', size: '33 in. | 30 in.*0.9 | 27 in.*0.8', trait: 'Single Bowl Undermount | 50/50 Double Bowl Drop-In*0.9 | Farmhouse Apron*1.5', material: 'Granite Composite | Quartz*1.1 | Fireclay*1.4',
      title: '{brand} {size} {trait} {material} Kitchen Sink in {color}',
      about: 'Sound-deadening pads, rear drain for more room beneath.',
    },
    {
      leaf: 'Supply Lines', at: 'Plumbing > Supply & Valves', count: 14, price: 8.2, brands: ['Sealwick', 'Fontara', 'Norrow'],
      size: '3/8 in. x 1/2 in. x 20 in. | 3/8 in. x 7/8 in. x 12 in.*0.95 | 3/8 in. x 1/2 in. x 30 in.*1.2', trait: 'Faucet | Toilet', material: 'Braided Stainless Steel', pack: ' | (2-Pack)*1.8',
      title: '{brand} {size} {material} {trait} Supply Line {pack}',
      about: 'Burst-protected connector, hand-tight fittings.',
    },
    {
      leaf: 'Bath & Kitchen Silicone', at: 'Plumbing > Sealants', count: 12, price: 9.2, brands: ['Sealwick', 'Bondarra', 'Norrow'],
      color: 'White | Clear | Almond=Beige', size: '10.1 oz. | 2.8 oz.*0.6', trait: '100% Silicone | Mold-Resistant*1.15',
      title: '{brand} {size} {color} {trait} Kitchen and Bath Sealant',
      about: 'Permanently flexible, waterproof in 30 minutes.',
    },
  ],
};
