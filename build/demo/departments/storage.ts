import type { Department } from '../taxonomy.ts';

const finishes = 'Matte Black=Black | Satin Nickel=Silver | Brushed Gold=Bronze | Oil Rubbed Bronze=Bronze';
const fasteners = ['Boltera', 'Ironvale', 'Norrow'];

export const storage: Department = {
  name: 'Storage & Hardware',
  season: [1.7, 1.2, 1, 1, 0.9, 0.9, 0.9, 1.1, 1, 0.9, 0.9, 0.9],
  leaves: [
    {
      leaf: 'Freestanding Shelving', at: 'Storage & Organization > Shelving', count: 24, price: 99, brands: ['Rackmere', 'Tidewell', 'Norrow'],
      size: '36 in. W x 72 in. H | 48 in. W x 72 in. H*1.4 | 77 in. W x 78 in. H*2.4', trait: '5-Tier | 4-Tier*0.8', material: 'Steel | Wire Chrome*1.1 | Resin*0.7', color: 'Black | Gray | White',
      title: '{brand} {trait} {material} Garage Storage Shelving Unit in {color} ({size})',
      about: 'Boltless assembly, holds 800 lb. per shelf.',
    },
    {
      leaf: 'Storage Bins', at: 'Storage & Organization > Bins & Totes', count: 24, price: 13, brands: ['Tidewell', 'Rackmere', 'Norrow'],
      size: '27 Gal. | 17 Gal.*0.8 | 64 qt.*0.75 | 6 qt.*0.25', color: 'Clear | Black | Gray | Blue', trait: 'Heavy-Duty*1.2 | Latching | Stackable', pack: ' | (4-Pack)*3.6 | (6-Pack)*5.2',
      title: '{brand} {size} {trait} Storage Tote in {color} {pack}',
      about: 'Reinforced rim and snap lid; nests when empty.',
    },
    {
      leaf: 'Closet Systems', at: 'Storage & Organization > Closet', count: 16, price: 179, brands: ['Tidewell', 'Rackmere', 'Norrow'],
      size: '5 ft. - 8 ft. | 3 ft. - 6 ft.*0.7 | 8 ft. - 12 ft.*1.6', material: 'Wire*0.6 | Wood', color: 'White | Espresso=Brown',
      title: '{brand} {size} {color} {material} Closet System Kit',
      about: 'Everything for one reach-in closet; trims to fit with a hand saw.',
    },
    {
      leaf: 'Wall Hooks', at: 'Storage & Organization > Hooks & Hangers', count: 18, price: 11, brands: ['Latchford', 'Tidewell', 'Norrow'],
      color: 'Matte Black=Black | Satin Nickel=Silver | White', trait: 'Heavy-Duty Garage | Double Coat | Adhesive*0.8', pack: '(5-Pack) | (10-Pack)*1.7 | *0.4', material: 'Metal',
      title: '{brand} {color} {trait} Hook {pack}',
      about: 'Holds up to 35 lb.; screws and anchors included.',
    },
    {
      leaf: 'Cabinet Pulls', at: 'Hardware > Cabinet Hardware', count: 30, price: 5.2, brands: ['Latchford', 'Boltera', 'Norrow'],
      series: 'Wyatt | Linden', color: finishes, size: '3-3/4 in. (96 mm) | 5-1/16 in. (128 mm)*1.3 | 3 in. (76 mm)*0.9', trait: 'Bar | Cup*1.2 | Arch', pack: ' | (10-Pack)*7.6 | (25-Pack)*17',
      title: '{brand} {series} {size} {color} Cabinet Drawer {trait} Pull {pack}',
      about: 'Solid feel, matched finish across the {series} family.',
    },
    {
      leaf: 'Cabinet Knobs', at: 'Hardware > Cabinet Hardware', count: 22, price: 3.8, brands: ['Latchford', 'Boltera', 'Norrow'],
      series: 'Wyatt | Linden', color: finishes, size: '1-1/4 in. (32 mm) | 1-1/8 in. (28 mm)*0.9', trait: 'Round | Square', pack: ' | (10-Pack)*7.8',
      title: '{brand} {series} {size} {color} {trait} Cabinet Knob {pack}',
      about: 'Mounting screws included for 3/4 in. doors.',
    },
    {
      leaf: 'Door Knobs & Levers', at: 'Hardware > Door Hardware', count: 22, price: 29, brands: ['Latchford', 'Ironvale', 'Norrow'],
      series: 'Ellery | Stratford', color: finishes, trait: 'Privacy Bed/Bath | Passage Hall/Closet*0.9 | Keyed Entry*1.5', size: 'Door Lever | Door Knob*0.85',
      title: '{brand} {series} {color} {trait} {size}',
      about: 'Fits doors 1-3/8 in. to 1-3/4 in. thick, installs with one screwdriver.',
    },
    {
      leaf: 'Hinges', at: 'Hardware > Door Hardware', count: 14, price: 9, brands: ['Latchford', 'Boltera', 'Norrow'],
      color: finishes, size: '3-1/2 in. | 4 in.*1.15 | 1/2 in. Overlay*0.6', trait: 'Square Corner | 5/8 in. Radius', pack: '(3-Pack) | (12-Pack)*3.5', material: 'Steel',
      title: '{brand} {size} {color} {trait} Door Hinge {pack}',
      about: 'Removable pin, screws in matching finish.',
    },
    {
      leaf: 'Wood Screws', at: 'Hardware > Fasteners', count: 30, price: 11, brands: fasteners,
      size: '#8 x 1-1/4 in. | #8 x 2-1/2 in.*1.15 | #10 x 3 in.*1.3 | #6 x 1-1/4 in.*0.8', trait: 'Phillips Coarse Drywall*0.8 | Star Drive Flat-Head Deck*1.3 | Exterior Bugle-Head', material: 'Steel | Stainless Steel*1.9', pack: '(1 lb. Box) | (5 lb. Box)*3.6 | (50-Pack)*0.7',
      title: '{brand} {size} {material} {trait} Screw {pack}',
      about: 'Self-starting point, no pilot hole in soft wood.',
    },
    {
      leaf: 'Wall Anchors', at: 'Hardware > Fasteners', count: 16, price: 8.2, brands: fasteners,
      size: '50 lb. | 75 lb.*1.2 | 25 lb.*0.7 | 100 lb. Toggle*1.6', trait: 'Self-Drilling Drywall | Hollow Wall Expansion*1.1', material: 'Nylon | Zinc*1.2', pack: 'with Screws (25-Pack) | with Screws (75-Pack)*2.3',
      title: '{brand} {size} {trait} {material} Anchors {pack}',
      about: 'Drives with a screwdriver, no hole to drill first.',
    },
    {
      leaf: 'Picture Hangers', at: 'Hardware > Fasteners', count: 12, price: 5.4, brands: ['Boltera', 'Tidewell', 'Norrow'],
      size: '30 lb. | 50 lb.*1.2 | 100 lb.*1.5', trait: 'Professional | Sawtooth*0.7 | Adhesive Strip*1.3', pack: '(6-Pack) | (20-Pack)*2',
      title: '{brand} {size} {trait} Picture Hangers {pack}',
      about: 'Leaves a pinhole; hang and move without patching.',
    },
    {
      leaf: 'Padlocks', at: 'Hardware > Locks & Security', count: 14, price: 18, brands: ['Latchford', 'Ironvale', 'Norrow'],
      size: '1-9/16 in. | 2 in.*1.25 | 1-3/4 in.*1.1', trait: 'Keyed | Combination*0.9 | Weather-Resistant Keyed*1.4', material: 'Laminated Steel | Brass*1.2', pack: ' | (4-Pack Keyed Alike)*3.4',
      title: '{brand} {size} {material} {trait} Padlock {pack}',
      about: 'Hardened shackle resists cutting; dual-ball locking.',
    },
  ],
};
