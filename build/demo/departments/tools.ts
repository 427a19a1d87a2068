import type { Department } from '../taxonomy.ts';

const cordless = ['TORVANE', 'Korrin', 'Brakhaus', 'Fixwell'];
const accessories = ['TORVANE', 'Brakhaus', 'Korrin', 'Ironvale', 'Norrow'];
const hand = ['Ironvale', 'Handrell', 'TORVANE', 'Norrow'];

export const tools: Department = {
  name: 'Tools',
  season: [0.9, 0.9, 1, 1.1, 1.1, 1.3, 1, 0.9, 0.9, 1, 1.3, 1.6],
  leaves: [
    {
      leaf: 'Drill/Drivers', at: 'Power Tools > Drills & Drivers', count: 30, price: 99, brands: cordless,
      trait: 'Cordless Brushless*1.25 | Cordless | Compact Cordless*0.85', size: '1/2 in. | 3/8 in.*0.8', pack: 'with 2.0 Ah Battery and Charger | (Tool Only)*0.6 | with (2) 4.0 Ah Batteries, Charger and Bag*1.6',
      title: '{brand} {volts} {trait} {size} Drill/Driver {pack}',
      about: 'Two-speed {volts} drill/driver with LED work light and keyless {size} chuck.',
    },
    {
      leaf: 'Impact Drivers', at: 'Power Tools > Drills & Drivers', count: 22, price: 109, brands: cordless,
      trait: 'Cordless Brushless*1.25 | Cordless', size: '1/4 in.', pack: '(Tool Only)*0.6 | with 2.0 Ah Battery and Charger | with (2) 4.0 Ah Batteries and Charger*1.6',
      title: '{brand} {volts} {trait} {size} Hex Impact Driver {pack}',
      about: 'Drives lag screws and deck screws with up to 1,700 in./lbs. of torque.',
    },
    {
      leaf: 'Circular Saws', at: 'Power Tools > Saws', count: 18, price: 129, brands: cordless,
      trait: 'Cordless Brushless*1.2 | Cordless', size: '7-1/4 in. | 6-1/2 in.*0.85', pack: '(Tool Only)*0.75 | with 4.0 Ah Battery and Charger*1.3',
      title: '{brand} {volts} {trait} {size} Circular Saw {pack}',
      about: 'Cuts 2x lumber at 45 degrees in one pass; includes a carbide framing blade.',
    },
    {
      leaf: 'Random Orbital Sanders', at: 'Power Tools > Sanders', count: 14, price: 69, brands: cordless,
      trait: 'Cordless Brushless*1.3 | Cordless', size: '5 in. | 6 in.*1.2', pack: '(Tool Only) | with 2.0 Ah Battery and Charger*1.5',
      title: '{brand} {volts} {trait} {size} Random Orbital Sander {pack}',
      about: 'Swirl-free finish with variable speed and a sealed dust bag.',
    },
    {
      leaf: 'Power Tool Batteries', at: 'Power Tools > Batteries & Chargers', count: 18, price: 89, brands: cordless,
      size: '2.0 Ah*0.6 | 4.0 Ah | 6.0 Ah*1.4', trait: 'Lithium-Ion | High Output*1.25', pack: ' | (2-Pack)*1.75 | and Charger Starter Kit*1.3',
      title: '{brand} {volts} {trait} {size} Battery Pack {pack}',
      about: 'Fits every {brand} {volts} tool; fuel gauge shows what is left.',
    },
    {
      leaf: 'Drill Bits', at: 'Power Tool Accessories > Drilling & Driving', count: 26, price: 24, brands: accessories,
      trait: 'Titanium Twist | Black Oxide Twist*0.8 | Masonry*0.9 | Cobalt*1.7 | Spade*0.7', size: '1/16 in. - 1/2 in. | 1/8 in. - 3/8 in.*0.7 | 1/4 in. - 1 in.*1.3', material: 'High Speed Steel', pack: '(21-Piece) | (14-Piece)*0.75 | (29-Piece)*1.5',
      title: '{brand} {size} {trait} Drill Bit Set {pack}',
      about: '{trait} bits for wood, metal and plastic; the point starts on contact.',
    },
    {
      leaf: 'Driver Bits', at: 'Power Tool Accessories > Drilling & Driving', count: 20, price: 17, brands: accessories,
      trait: 'Impact Rated | Magnetic', size: '#2 Phillips 2 in. | T25 Torx 2 in.*1.05 | #2 Square 2 in. | #2 Phillips 1 in.*0.7', material: 'Steel', pack: '(5-Pack)*0.5 | (15-Pack)*0.9 | (40-Pack)*1.6',
      title: '{brand} {size} {trait} Screwdriver Bits {pack}',
      about: 'Shock-absorbing bits for impact drivers and drills, in a pocket case.',
    },
    {
      leaf: 'Circular Saw Blades', at: 'Power Tool Accessories > Cutting & Sanding', count: 16, price: 19, brands: accessories,
      size: '7-1/4 in. | 6-1/2 in.*0.9 | 10 in.*1.9', trait: '24-Tooth Framing | 40-Tooth Finish*1.25 | 60-Tooth Fine Finish*1.7', material: 'Carbide', pack: ' | (2-Pack)*1.7',
      title: '{brand} {size} {trait} {material} Circular Saw Blade {pack}',
      about: 'Thin-kerf {material} teeth stay sharp in plywood and framing lumber.',
    },
    {
      leaf: 'Sanding Discs', at: 'Power Tool Accessories > Cutting & Sanding', count: 16, price: 13, brands: accessories,
      size: '5 in.', trait: '80-Grit | 120-Grit | 220-Grit | 60-Grit', material: 'Aluminum Oxide', pack: '(15-Pack) | (50-Pack)*2.2',
      title: '{brand} {size} {trait} 8-Hole Hook and Loop Sanding Discs {pack}',
      about: 'Clog-resistant discs for random orbital sanders.',
    },
    {
      leaf: 'Tape Measures', at: 'Hand Tools > Measuring & Layout', count: 16, price: 17, brands: hand,
      size: '25 ft. | 16 ft.*0.7 | 35 ft.*1.4', trait: 'Compact | Magnetic*1.25 | Wide Blade', color: 'Yellow | Black',
      title: '{brand} {size} {trait} Tape Measure',
      about: 'Nylon-coated blade with 11 ft. of standout and a rubber grip.',
    },
    {
      leaf: 'Levels', at: 'Hand Tools > Measuring & Layout', count: 14, price: 29, brands: hand,
      size: '24 in. | 48 in.*1.6 | 9 in. Torpedo*0.6', trait: 'Box Beam | I-Beam*0.7 | Magnetic*1.2', material: 'Aluminum',
      title: '{brand} {size} {trait} {material} Level',
      about: 'Vials accurate to 0.0005 in. per inch, readable from both sides.',
    },
    {
      leaf: 'Hammers', at: 'Hand Tools > Striking & Prying', count: 14, price: 21, brands: hand,
      size: '16 oz. | 20 oz.*1.15 | 22 oz.*1.4', trait: 'Curved Claw | Rip Claw | Framing*1.2', material: 'Fiberglass Handle | Steel Handle*1.2 | Hickory Handle',
      title: '{brand} {size} {trait} Hammer with {material}',
      about: 'Balanced forged head; the grip takes the sting out of a long day.',
    },
    {
      leaf: 'Utility Knives', at: 'Hand Tools > Cutting', count: 14, price: 11, brands: hand,
      trait: 'Retractable | Folding*1.2 | Snap-Off 18 mm*0.8', pack: 'with 3 Blades | with 10 Blades*1.3', color: 'Gray | Yellow | Red',
      title: '{brand} {trait} Utility Knife {pack}',
      about: 'Quick-change blade and storage in the handle.',
    },
    {
      leaf: 'Screwdrivers', at: 'Hand Tools > Fastening', count: 14, price: 22, brands: hand,
      pack: '(10-Piece) | (6-Piece)*0.7 | (20-Piece)*1.5', trait: 'Cushion Grip | Magnetic Tip | Insulated*1.6', material: 'Chrome Vanadium Steel',
      title: '{brand} {trait} Screwdriver Set {pack}',
      about: 'Phillips, slotted and Torx tips that hold their edge.',
    },
    {
      leaf: 'Tool Boxes', at: 'Tool Storage > Portable Storage', count: 16, price: 39, brands: ['TORVANE', 'Ironvale', 'Korrin', 'Rackmere'],
      size: '19 in. | 22 in.*1.3 | 16 in.*0.75', trait: 'Stackable*1.4 | Structural Foam | Cantilever*1.2', color: 'Black | Red | Yellow', material: 'Plastic | Metal*1.3',
      title: '{brand} {size} {trait} {material} Tool Box in {color}',
      about: 'Water-sealed lid, removable tray and padlock eyes.',
    },
    {
      leaf: 'Safety Glasses', at: 'Safety & Workwear > Eye & Ear Protection', count: 12, price: 9, brands: ['Guardell', 'TORVANE', 'Norrow'],
      color: 'Clear | Smoke=Gray', trait: 'Anti-Fog | Wraparound', pack: ' | (3-Pack)*2.1 | (12-Pack)*6',
      title: '{brand} {trait} Safety Glasses with {color} Lens {pack}',
      about: 'Impact-rated lens with soft nose pads. Meets ANSI Z87.1.',
    },
    {
      leaf: 'Work Gloves', at: 'Safety & Workwear > Gloves', count: 18, price: 12, brands: ['Guardell', 'TORVANE', 'Norrow'],
      size: 'Large | Medium | X-Large', trait: 'Nitrile Coated | Leather Palm*1.5 | Impact Resistant*1.8', color: 'Black | Gray | Tan=Beige', pack: ' | (3-Pack)*2.3',
      title: '{brand} {size} {color} {trait} Work Gloves {pack}',
      about: 'Breathable back, touch-screen fingertips and a secure wrist.',
    },
  ],
};
