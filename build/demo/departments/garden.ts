import type { Department } from '../taxonomy.ts';

const growing = ['Greenmoor', 'TerraVale', 'Fernhollow', 'Norrow'];
const power = ['TORVANE', 'Korrin', 'Greenmoor', 'Fixwell'];

export const garden: Department = {
  name: 'Outdoor & Garden',
  season: [0.3, 0.5, 1.4, 2.4, 2.6, 1.9, 1.3, 0.9, 0.8, 0.6, 0.3, 0.3],
  leaves: [
    {
      leaf: 'Lawn Mowers', at: 'Outdoor Power > Mowers & Trimmers', count: 24, price: 389, brands: power,
      size: '21 in. | 20 in.*0.9 | 17 in.*0.7', trait: 'Self-Propelled*1.3 | Push', pack: 'with 6.0 Ah Battery and Charger | (Tool Only)*0.65 | with (2) 4.0 Ah Batteries and Charger*1.2',
      title: '{brand} {volts} {size} {trait} Cordless Lawn Mower {pack}',
      about: '3-in-1 deck bags, mulches or discharges; folds for storage.',
    },
    {
      leaf: 'String Trimmers', at: 'Outdoor Power > Mowers & Trimmers', count: 18, price: 139, brands: power,
      size: '15 in. | 13 in.*0.8', trait: 'Cordless Brushless*1.2 | Cordless', pack: 'with 4.0 Ah Battery and Charger | (Tool Only)*0.65',
      title: '{brand} {volts} {size} {trait} String Trimmer {pack}',
      about: 'Easy-load head and a telescoping shaft; edges and trims.',
    },
    {
      leaf: 'Leaf Blowers', at: 'Outdoor Power > Blowers', count: 18, price: 149, brands: power,
      size: '450 CFM | 650 CFM*1.4', trait: 'Cordless Handheld | Cordless Brushless Handheld*1.25', pack: 'with 4.0 Ah Battery and Charger | (Tool Only)*0.65',
      title: '{brand} {volts} {size} {trait} Leaf Blower {pack}',
      about: 'Variable speed with a turbo button for wet leaves.',
    },
    {
      leaf: 'Trimmer Line', at: 'Outdoor Power > Parts & Accessories', count: 12, price: 13, brands: ['Greenmoor', 'TORVANE', 'Norrow'],
      size: '0.080 in. x 150 ft. | 0.095 in. x 250 ft.*1.4 | 0.065 in. x 100 ft.*0.8', trait: 'Twist | Round', pack: ' | (3-Pack)*2.2',
      title: '{brand} {size} {trait} Replacement Trimmer Line {pack}',
      about: 'Low-noise line for cordless and gas trimmers.',
    },
    {
      leaf: 'Garden Hoses', at: 'Watering > Hoses & Nozzles', count: 22, price: 39, brands: ['Fernhollow', 'Greenmoor', 'Norrow'],
      size: '5/8 in. x 50 ft. | 5/8 in. x 100 ft.*1.7 | 5/8 in. x 25 ft.*0.65', trait: 'Heavy-Duty | Expandable*0.9 | Drinking Water Safe*1.2', color: 'Green | Gray | Black', material: 'Rubber*1.3 | Vinyl*0.7 | Polymer',
      title: '{brand} {size} {trait} {material} Garden Hose, {color}',
      about: 'Kink-resistant with crush-proof brass couplings.',
    },
    {
      leaf: 'Hose Nozzles', at: 'Watering > Hoses & Nozzles', count: 14, price: 13, brands: ['Fernhollow', 'Greenmoor', 'Norrow'],
      trait: '8-Pattern | Fireman Style*1.4 | Adjustable Twist*0.7', material: 'Metal*1.2 | Plastic*0.8', color: 'Green | Gray | Teal=Blue',
      title: '{brand} {trait} {material} Hose Nozzle, {color}',
      about: 'Thumb control, comfortable grip, frost-proof.',
    },
    {
      leaf: 'Potting Soil', at: 'Gardening > Soils & Mulch', count: 20, price: 12, brands: growing,
      size: '1.5 cu. ft. | 2 cu. ft.*1.25 | 8 qt.*0.5 | 16 qt.*0.75', trait: 'All Purpose | Moisture Control*1.3 | Organic*1.25 | Raised Bed*1.1',
      title: '{brand} {size} {trait} Potting Mix',
      about: 'Feeds container plants for up to 6 months.',
    },
    {
      leaf: 'Mulch', at: 'Gardening > Soils & Mulch', count: 14, price: 4.4, brands: growing,
      size: '2 cu. ft. | 1.5 cu. ft.*0.85', color: 'Black | Brown | Red', trait: 'Shredded Hardwood | Cedar*1.4 | Pine Bark Nuggets*1.3', material: 'Wood',
      title: '{brand} {size} {color} {trait} Mulch',
      about: 'Holds moisture and keeps weeds down; colour lasts 12 months.',
    },
    {
      leaf: 'Grass Seed', at: 'Gardening > Lawn Care', count: 16, price: 36, brands: growing,
      size: '7 lb. | 20 lb.*2.2 | 3 lb.*0.6', trait: 'Sun and Shade | Tall Fescue*1.1 | Dense Shade*1.1 | Bermuda*1.2',
      title: '{brand} {size} {trait} Grass Seed Mix',
      about: 'Coated seed holds twice the water; for new lawns and overseeding.',
    },
    {
      leaf: 'Lawn Fertilizer', at: 'Gardening > Lawn Care', count: 16, price: 31, brands: growing,
      size: '5,000 sq. ft. | 15,000 sq. ft.*2.3', trait: 'Weed and Feed*1.15 | All Season | Starter Food*0.95 | Fall WinterGuard',
      title: '{brand} {size} {trait} Lawn Fertilizer',
      about: 'Greens in days and strengthens roots; spreader settings on the bag.',
    },
    {
      leaf: 'Planters', at: 'Gardening > Planters & Raised Beds', count: 28, price: 29, brands: ['Mulberry Row', 'Fernhollow', 'TerraVale', 'Norrow'],
      size: '12 in. | 16 in.*1.4 | 20 in.*2 | 24 in. Rectangular*1.6', color: 'Terracotta=Red | Charcoal=Black | White | Sage=Green', material: 'Ceramic*1.5 | Resin*0.8 | Fiberstone*1.3', trait: 'Round | Ribbed | Tapered',
      title: '{brand} {size} {color} {trait} {material} Planter',
      about: 'UV-stable pot with drainage hole and saucer, indoors or out.',
    },
    {
      leaf: 'Raised Garden Beds', at: 'Gardening > Planters & Raised Beds', count: 14, price: 109, brands: ['Mulberry Row', 'Greenmoor', 'Norrow'],
      size: '4 ft. x 4 ft. | 4 ft. x 8 ft.*1.7 | 2 ft. x 4 ft.*0.7', material: 'Cedar*1.2 | Galvanized Steel', color: 'Natural=Brown | Green | White', trait: '11 in. Deep | 17 in. Deep*1.25',
      title: '{brand} {size} x {trait} {material} Raised Garden Bed, {color}',
      about: 'Assembles without tools; stackable for deep roots.',
    },
    {
      leaf: 'Vegetable Seeds', at: 'Gardening > Plants & Seeds', count: 22, price: 2.6, brands: ['Mulberry Row', 'TerraVale', 'Greenmoor'],
      series: 'Tomato Roma | Basil Genovese | Lettuce Butterhead | Carrot Nantes | Pepper Bell | Zucchini', trait: 'Heirloom*1.2 | Organic*1.3 | Hybrid',
      title: '{brand} {series} {trait} Vegetable Seed Packet',
      about: 'Sow indoors or direct after the last frost; instructions on the packet.',
    },
    {
      leaf: 'Garden Trowels', at: 'Gardening > Garden Hand Tools', count: 14, price: 12, brands: ['Fernhollow', 'Greenmoor', 'Norrow'],
      size: '12 in. | 14 in.*1.1', material: 'Stainless Steel*1.3 | Carbon Steel', trait: 'Digging | Transplanting', color: 'Green | Natural Ash=Brown',
      title: '{brand} {size} {material} {trait} Hand Trowel',
      about: 'One-piece blade with depth marks and a hanging hole.',
    },
    {
      leaf: 'Pruners', at: 'Gardening > Garden Hand Tools', count: 16, price: 24, brands: ['Fernhollow', 'Greenmoor', 'Ironvale', 'Norrow'],
      size: '8 in. | 28 in. Lopper*1.5', trait: 'Bypass | Anvil*0.9 | Ratcheting*1.3', material: 'Steel',
      title: '{brand} {size} {trait} Pruner',
      about: 'Hardened blade cuts green wood to 3/4 in. with little effort.',
    },
    {
      leaf: 'Garden Gloves', at: 'Gardening > Garden Hand Tools', count: 12, price: 9, brands: ['Fernhollow', 'Guardell', 'Norrow'],
      size: 'Medium | Small | Large', trait: 'Nitrile Dipped | Thorn-Proof Gauntlet*1.9', color: 'Green | Purple | Floral=Pink', pack: ' | (3-Pack)*2.2',
      title: '{brand} {size} {color} {trait} Garden Gloves {pack}',
      about: 'Snug and washable, grips wet tools.',
    },
    {
      leaf: 'Leaf Rakes', at: 'Gardening > Garden Hand Tools', count: 12, price: 19, brands: ['Greenmoor', 'Ironvale', 'Norrow'],
      size: '24 in. | 30 in.*1.3', material: 'Poly | Steel*1.1 | Bamboo*0.8', trait: 'Clog-Free | Adjustable*1.2',
      title: '{brand} {size} {trait} {material} Leaf Rake',
      about: 'Wide head clears leaves in half the strokes.',
    },
    {
      leaf: 'Patio Dining Sets', at: 'Outdoor Living > Patio Furniture', count: 18, price: 599, brands: ['Sunmarrow', 'Mulberry Row', 'Norrow'],
      series: 'Bayside | Palmera', size: '7-Piece | 5-Piece*0.75 | 3-Piece Bistro*0.35', color: 'Gray | Black | Brown', material: 'Steel | Wicker*1.2 | Wood*1.4',
      title: '{brand} {series} {size} {material} Outdoor Dining Set in {color}',
      about: 'Rust-resistant frame; cushions shed rain and dry by evening.',
    },
    {
      leaf: 'Gas Grills', at: 'Outdoor Living > Grills', count: 18, price: 379, brands: ['Emberline', 'Sunmarrow', 'Norrow'],
      size: '4-Burner | 3-Burner*0.8 | 5-Burner*1.4', color: 'Stainless Steel=Silver | Black', trait: 'Propane | Natural Gas*1.1', pack: ' | with Side Burner*1.15',
      title: '{brand} {size} {trait} Gas Grill in {color} {pack}',
      about: 'Cast-iron grates and even heat from edge to edge.',
    },
    {
      leaf: 'Grill Covers', at: 'Outdoor Living > Grills', count: 16, price: 27, brands: ['Emberline', 'Sunmarrow', 'Norrow'],
      trait: 'Heavy-Duty*1.3 | Water-Resistant', size: '55 in. | 65 in.*1.2 | 30 in.*0.8', color: 'Black | Gray | Brown',
      title: '{brand} {size} {trait} Grill Cover, {color}',
      about: 'Fits most gas grills and stands up to weather and heat.',
    },
  ],
};
