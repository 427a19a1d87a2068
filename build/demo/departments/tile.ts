import type { Department } from '../taxonomy.ts';

const tileBrands = ['Calderra', 'Marovia', 'Tessavine', 'Norrow'];
const settingBrands = ['Bondarra', 'Mortega Pro', 'Norrow'];
const tileColors = 'White | Dove Gray=Gray | Bone=Beige | Black | Sage=Green | Coastal Blue=Blue';

export const tile: Department = {
  name: 'Flooring & Tile',
  season: [1.1, 1.1, 1.1, 1, 0.9, 0.8, 0.8, 0.9, 1, 1.1, 1.1, 0.9],
  leaves: [
    {
      leaf: 'Ceramic Subway Tile', at: 'Tile > Wall Tile', count: 42, price: 19.5, brands: tileBrands,
      series: 'Alder | Brookline | Lisse', color: tileColors, size: '3 in. x 6 in. | 4 in. x 12 in.*1.3 | 2.5 in. x 8 in.*1.15', trait: 'Glossy | Matte | Beveled', material: 'Ceramic', pack: '(12.5 sq. ft./Case)',
      title: '{brand} {series} {color} {size} {trait} Ceramic Wall Tile {pack}',
      about: '{trait} ceramic tile for kitchen backsplashes, shower surrounds and bathroom walls. Rectified edges allow a 1/16 in. grout joint.',
    },
    {
      leaf: 'Mosaic Wall Tile', at: 'Tile > Wall Tile', count: 24, price: 11.9, brands: ['Marovia', 'Tessavine', 'Calderra'],
      series: 'Riva | Lumen', color: 'White | Pearl Gray=Gray | Ocean=Blue | Sage=Green | Carrara=White', size: '12 in. x 12 in.', trait: 'Hexagon | Penny Round | Herringbone', material: 'Glass | Marble*1.4 | Porcelain*0.8', pack: '(10 sq. ft./Case)',
      title: '{brand} {series} {color} {trait} {size} {material} Mosaic Tile {pack}',
      about: 'Mesh-mounted {trait} sheets in {material} for accent strips, niches and backsplashes.',
    },
    {
      leaf: 'Porcelain Floor Tile', at: 'Tile > Floor Tile', count: 40, price: 38, brands: tileBrands,
      series: 'Terrano | Concrete Park | Vein', color: 'Light Gray=Gray | Ivory=Beige | White | Charcoal=Black | Sand=Beige', size: '12 in. x 24 in. | 24 in. x 24 in.*1.35 | 8 in. x 36 in.*1.2', trait: 'Matte | Polished', material: 'Porcelain', pack: '(15.6 sq. ft./Case) | (11.6 sq. ft./Case)*0.8',
      title: '{brand} {series} {color} {size} {trait} Porcelain Floor and Wall Tile {pack}',
      about: 'Through-body {trait} porcelain for floors and walls, indoors and on covered patios. PEI 4, frost resistant.',
    },
    {
      leaf: 'Thinset Mortar', at: 'Tile Setting Materials > Mortar & Adhesive', count: 20, price: 22, brands: settingBrands,
      series: 'FlexHold | AllSet | Large Format', color: 'White | Gray', size: '50 lb. | 25 lb.*0.6', trait: 'Modified | Unmodified | Rapid Setting', pack: '',
      title: '{brand} {series} {size} {color} {trait} Thinset Mortar',
      about: '{trait} cement mortar for setting ceramic, porcelain and stone tile on floors and walls. A {size} bag covers up to 95 sq. ft.',
    },
    {
      leaf: 'Tile Mastic', at: 'Tile Setting Materials > Mortar & Adhesive', count: 12, price: 16, brands: settingBrands,
      size: '1 Gal. | 3.5 Gal.*2.6 | 1 Qt.*0.5', color: 'White', trait: 'Ceramic Tile | Premixed Wall Tile',
      title: '{brand} {size} {color} {trait} Adhesive',
      about: 'Ready-to-use adhesive for wall tile in dry and intermittently wet areas. No mixing.',
    },
    {
      leaf: 'Grout', at: 'Tile Setting Materials > Grout & Sealer', count: 42, price: 17, brands: settingBrands,
      series: 'TrueFill | EvenJoint', color: 'Bright White=White | Pewter Gray=Gray | Bone=Beige | Charcoal=Black | Warm Hay=Beige | Sage=Green', size: '25 lb. | 10 lb.*0.6 | 7 lb.*0.5', trait: 'Sanded | Unsanded | Rapid-Cure*1.2',
      title: '{brand} {series} {color} {size} {trait} Grout',
      about: '{trait} grout for joints from 1/16 in. to 1/2 in. Colour-consistent, stain resistant, for floors and walls.',
    },
    {
      leaf: 'Grout Sealer', at: 'Tile Setting Materials > Grout & Sealer', count: 10, price: 15, brands: ['Bondarra', 'Sealwick', 'Norrow'],
      size: '24 oz. | 32 oz.*1.25 | 1 Gal.*2.4', trait: 'Penetrating | High-Gloss | Spray-On',
      title: '{brand} {size} {trait} Tile and Grout Sealer',
      about: '{trait} sealer that keeps grout joints and natural stone free of stains for up to 3 years.',
    },
    {
      leaf: 'Waterproofing Membrane', at: 'Tile Setting Materials > Backer & Membrane', count: 12, price: 54, brands: ['Bondarra', 'Mortega Pro'],
      size: '1 Gal. | 3.5 Gal.*2.5 | 1 Qt.*0.45', trait: 'Liquid | Crack Prevention | Fast-Dry Liquid*1.2', color: 'Red',
      title: '{brand} {size} {trait} Waterproofing Membrane',
      about: '{trait} membrane under tile in showers, tub surrounds and wet rooms.',
    },
    {
      leaf: 'Tile Spacers', at: 'Tile Tools > Layout & Spacing', count: 16, price: 6.5, brands: ['Handrell', 'Mortega Pro', 'Norrow'],
      size: '1/16 in. | 1/8 in. | 3/16 in. | 1/4 in.', trait: 'Hard | Leave-In', material: 'Plastic', pack: '(200-Pack) | (500-Pack)*1.9',
      title: '{brand} {size} {trait} Tile Spacers {pack}',
      about: '{size} cross spacers for even joints on floors and walls.',
    },
    {
      leaf: 'Notched Trowels', at: 'Tile Tools > Trowels & Floats', count: 14, price: 13, brands: ['Handrell', 'Ironvale', 'Norrow'],
      size: '1/4 in. x 3/8 in. x 1/4 in. | 1/2 in. x 1/2 in. x 1/2 in.*1.1 | 3/16 in. x 5/32 in.*0.9', trait: 'Square Notch | V-Notch', material: 'Stainless Steel*1.3 | Carbon Steel',
      title: '{brand} {size} {material} {trait} Flooring Trowel with Comfort Grip',
      about: '{trait} trowel for spreading thinset and mastic evenly.',
    },
    {
      leaf: 'Grout Floats', at: 'Tile Tools > Trowels & Floats', count: 10, price: 14, brands: ['Handrell', 'Ironvale', 'Norrow'],
      size: '9.5 in. x 4 in. | 12 in. x 4 in.*1.15', trait: 'Gum Rubber | Epoxy', material: 'Rubber',
      title: '{brand} {size} {trait} Grout Float',
      about: 'Firm float for packing grout into joints, with a square end for corners.',
    },
    {
      leaf: 'Tile Cutters', at: 'Tile Tools > Cutting', count: 14, price: 74, brands: ['Handrell', 'Brakhaus', 'Korrin', 'Fixwell'],
      size: '24 in. | 14 in.*0.5 | 36 in.*1.5', trait: 'Rip | Snap', material: 'Tungsten Carbide',
      title: '{brand} {size} {trait} Tile Cutter with {material} Wheel',
      about: 'Scores and snaps ceramic and porcelain tile; the guide holds repeat cuts.',
    },
    {
      leaf: 'Vinyl Plank Flooring', at: 'Flooring > Resilient Flooring', count: 40, price: 62, brands: ['Timbrelle', 'Floravane', 'Norrow'],
      series: 'Harbor | Ridgeway | Chestnut Hill', color: 'Weathered Oak=Gray | Honey Oak=Brown | Natural Hickory=Brown | Driftwood=Beige | Espresso=Black', size: '7 in. W x 48 in. L | 9 in. W x 60 in. L*1.3', trait: '12 mil | 22 mil*1.35', material: 'Vinyl', pack: '(19.5 sq. ft./Case)',
      title: '{brand} {series} {color} {trait} x {size} Click Lock Waterproof Luxury Vinyl Plank Flooring {pack}',
      about: 'Waterproof click-lock planks with a {trait} wear layer and attached pad; no glue, no nails.',
    },
    {
      leaf: 'Laminate Flooring', at: 'Flooring > Laminate', count: 26, price: 46, brands: ['Timbrelle', 'Floravane', 'Norrow'],
      series: 'Fieldstone | Larkspur', color: 'Gray Oak=Gray | Sienna Oak=Brown | Blonde Maple=Beige | Dark Walnut=Brown', size: '7.5 in. W x 47.6 in. L | 6.1 in. W x 54.3 in. L*1.15', trait: '8 mm | 12 mm*1.3', material: 'Laminate', pack: '(21.3 sq. ft./Case)',
      title: '{brand} {series} {color} {trait} T x {size} Water Resistant Laminate Wood Flooring {pack}',
      about: 'Scratch-resistant {trait} laminate with embossed grain and a locking edge.',
    },
    {
      leaf: 'Flooring Underlayment', at: 'Flooring > Installation', count: 12, price: 42, brands: ['Timbrelle', 'Norrow', 'Bondarra'],
      size: '100 sq. ft. | 200 sq. ft.*1.8', trait: '2 mm Foam | 3 mm Cork*1.4 | 3-in-1 Foam*1.2', material: 'Foam',
      title: '{brand} {size} {trait} Underlayment Roll for Laminate and Vinyl Floors',
      about: 'Softens steps and evens small irregularities beneath floating floors.',
    },
    {
      leaf: 'Transition Strips', at: 'Flooring > Installation', count: 18, price: 19, brands: ['Timbrelle', 'Floravane', 'Norrow'],
      color: 'Gray Oak=Gray | Honey Oak=Brown | Satin Silver=Silver | Espresso=Black', size: '72 in. | 36 in.*0.6', trait: 'T-Molding | Reducer | Stair Nose*1.5', material: 'Aluminum | Vinyl*0.8',
      title: '{brand} {color} {size} {material} {trait} Transition Strip',
      about: 'Covers the joint between two floors and protects the edges.',
    },
  ],
};
