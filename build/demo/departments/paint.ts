import type { Department } from '../taxonomy.ts';

const paintBrands = ['Pellucor', 'Colorvane', 'Wexley & Dune', 'Norrow'];
const toolBrands = ['Brushmere', 'Handrell', 'Norrow'];

export const paint: Department = {
  name: 'Paint',
  season: [0.9, 0.9, 1.1, 1.2, 1.3, 1.2, 1.1, 1, 1, 0.9, 0.8, 0.7],
  leaves: [
    {
      leaf: 'Interior Wall Paint', at: 'Interior Paint > Wall & Ceiling Paint', count: 72, price: 36, brands: paintBrands,
      series: 'Everyday | ProCoat | Serenity', color: 'Quiet Linen=White | Pure White=White | Morning Fog=Gray | Oat Milk=Beige | Harbor Mist=Blue | Sage Whisper=Green | Graphite=Black | Terracotta Rose=Red | Buttercream=Yellow', size: '1 gal. | 5 gal.*4.3 | 1 qt.*0.45', trait: 'Eggshell | Satin | Flat | Semi-Gloss',
      title: '{brand} {series} {size} {color} {trait} Interior Paint and Primer',
      about: 'Low-odor {trait} acrylic for walls and trim. One gallon covers 250-400 sq. ft. in one coat.',
    },
    {
      leaf: 'Ceiling Paint', at: 'Interior Paint > Wall & Ceiling Paint', count: 12, price: 29, brands: paintBrands,
      color: 'Ceiling White=White', size: '1 gal. | 5 gal.*4.2', trait: 'Flat | Stain-Blocking Flat*1.15',
      title: '{brand} {size} {color} {trait} Interior Ceiling Paint',
      about: 'Spatter-resistant flat finish that hides roller marks and small flaws.',
    },
    {
      leaf: 'Primer', at: 'Interior Paint > Primers', count: 16, price: 27, brands: paintBrands,
      color: 'White', size: '1 gal. | 5 gal.*4.2 | 1 qt.*0.5', trait: 'Multi-Surface | Stain-Blocking | Drywall*0.7 | Bonding*1.2',
      title: '{brand} {size} {color} {trait} Interior/Exterior Primer',
      about: '{trait} primer that seals, grips and evens out new and painted surfaces.',
    },
    {
      leaf: 'Exterior Paint', at: 'Exterior Paint & Stain > House Paint', count: 28, price: 42, brands: ['Pellucor', 'Colorvane', 'Wexley & Dune'],
      color: 'Swan White=White | Slate=Gray | Barn Red=Red | Navy Dusk=Blue | Olive Grove=Green | Sandstone=Beige', size: '1 gal. | 5 gal.*4.4', trait: 'Satin | Flat | Semi-Gloss',
      title: '{brand} {size} {color} {trait} Exterior Paint and Primer',
      about: 'Weather-proof {trait} finish for siding, doors and trim; resists mildew and fading.',
    },
    {
      leaf: 'Deck Stain', at: 'Exterior Paint & Stain > Wood Stain', count: 24, price: 39, brands: ['Pellucor', 'Colorvane', 'Norrow'],
      color: 'Natural Cedar=Brown | Redwood=Red | Slate Gray=Gray | Walnut=Brown', size: '1 gal. | 5 gal.*4.3', trait: 'Semi-Transparent | Solid | Transparent', material: 'Wood',
      title: '{brand} {size} {color} {trait} Waterproofing Exterior Wood Stain and Sealer',
      about: '{trait} stain for decks, fences and outdoor furniture. Protects from water and sun for up to 6 years.',
    },
    {
      leaf: 'Spray Paint', at: 'Craft & Specialty Paint > Spray Paint', count: 30, price: 6.8, brands: ['Colorvane', 'Pellucor', 'Norrow'],
      color: 'Matte Black=Black | White | Brushed Nickel=Silver | Sun Yellow=Yellow | Hunter Green=Green | Apple Red=Red | Oil Rubbed Bronze=Bronze', size: '12 oz.', trait: 'Gloss | Flat | Satin', pack: ' | (6-Pack)*5.4',
      title: '{brand} {size} {color} {trait} General Purpose Spray Paint {pack}',
      about: 'Dries in 20 minutes on wood, metal, plastic and wicker.',
    },
    {
      leaf: 'Paint Brushes', at: 'Painting Supplies > Brushes & Rollers', count: 24, price: 11, brands: toolBrands,
      series: 'ProEdge | CutLine', size: '2 in. | 2.5 in.*1.1 | 3 in.*1.25 | 1.5 in.*0.9', trait: 'Angled Sash | Flat Cut', material: 'Polyester | Nylon/Polyester*1.2', pack: ' | (3-Pack)*2.3',
      title: '{brand} {series} {size} {trait} {material} Paint Brush {pack}',
      about: '{trait} brush for sharp lines along trim and corners, for all paints.',
    },
    {
      leaf: 'Roller Covers', at: 'Painting Supplies > Brushes & Rollers', count: 20, price: 9, brands: toolBrands,
      size: '9 in. x 3/8 in. | 9 in. x 1/2 in.*1.05 | 4 in. x 3/8 in.*0.7', material: 'Microfiber*1.2 | Knit | Woven', pack: '(3-Pack) | (6-Pack)*1.8 | ',
      title: '{brand} {size} {material} Roller Cover {pack}',
      about: 'Shed-resistant cover for a smooth finish on walls and ceilings.',
    },
    {
      leaf: 'Roller Frames & Trays', at: 'Painting Supplies > Brushes & Rollers', count: 14, price: 12, brands: toolBrands,
      size: '9 in. | 4 in.*0.7', trait: 'Roller Frame | Metal Paint Tray | Roller Tray Kit*1.7', pack: ' | (5-Piece)*1.6',
      title: '{brand} {size} {trait} {pack}',
      about: 'Holds standard covers; threaded handle fits an extension pole.',
    },
    {
      leaf: "Painter's Tape", at: 'Painting Supplies > Tape & Masking', count: 16, price: 7.4, brands: ['Brushmere', 'Sealwick', 'Norrow'],
      color: 'Blue | Green | Yellow', size: '1.88 in. x 60 yds. | 0.94 in. x 60 yds.*0.65 | 1.41 in. x 60 yds.*0.8', trait: 'Multi-Surface | Delicate Surface*1.3', pack: ' | (6-Pack)*5.2',
      title: "{brand} {size} {color} {trait} Painter's Tape {pack}",
      about: 'Crisp edges, removes cleanly for up to 14 days.',
    },
    {
      leaf: 'Drop Cloths', at: 'Painting Supplies > Tape & Masking', count: 12, price: 14, brands: toolBrands,
      size: '9 ft. x 12 ft. | 4 ft. x 15 ft.*0.9 | 10 ft. x 25 ft.*0.6', material: 'Canvas*1.4 | Plastic*0.35', pack: ' | (3-Pack)*2.4',
      title: '{brand} {size} {material} Drop Cloth {pack}',
      about: 'Catches drips and keeps floors and furniture clean.',
    },
    {
      leaf: 'Spackle & Patch', at: 'Painting Supplies > Patch & Repair', count: 14, price: 8.6, brands: ['Sealwick', 'Brushmere', 'Norrow'],
      size: '32 oz. | 16 oz.*0.7 | 8 oz.*0.5 | 1 gal.*2.3', trait: 'Lightweight | All-Purpose | Fast-Dry', color: 'White',
      title: '{brand} {size} {color} {trait} Spackling Paste',
      about: 'Fills nail holes and cracks in drywall and plaster without shrinking; sandable in 30 minutes.',
    },
    {
      leaf: 'Interior Caulk', at: 'Painting Supplies > Patch & Repair', count: 12, price: 5.4, brands: ['Sealwick', 'Norrow'],
      color: 'White | Clear | Almond=Beige', size: '10.1 oz. | 5.5 oz.*0.8', trait: 'Acrylic Latex | Siliconized*1.3', pack: ' | (12-Pack)*10.5',
      title: '{brand} {size} {color} {trait} Paintable Caulk {pack}',
      about: 'Closes gaps around trim, windows and baseboards before painting.',
    },
  ],
};
