/** Why leaves meet in one session: projects in the order of the work, and accessories that a purchase calls for. */

export interface Project {
  readonly name: string;
  /** Relative frequency over the year; the season of its first leaf's department comes on top. */
  readonly weight: number;
  /** Leaves in the order of the work; `?` marks what only some shoppers need. */
  readonly steps: readonly string[];
}

export const projects: readonly Project[] = [
  { name: 'tile a bathroom wall', weight: 1.6, steps: ['Ceramic Subway Tile', 'Thinset Mortar', 'Grout', 'Tile Spacers', 'Notched Trowels', '?Mosaic Wall Tile', '?Grout Floats', '?Grout Sealer', '?Waterproofing Membrane'] },
  { name: 'tile a floor', weight: 1.3, steps: ['Porcelain Floor Tile', 'Thinset Mortar', 'Grout', 'Tile Spacers', '?Notched Trowels', '?Tile Cutters', '?Waterproofing Membrane', '?Grout Sealer'] },
  { name: 'kitchen backsplash', weight: 1, steps: ['Mosaic Wall Tile', 'Tile Mastic', 'Grout', '?Grout Sealer', '?Notched Trowels', '?Grout Floats'] },
  { name: 'vinyl plank floor', weight: 1.1, steps: ['Vinyl Plank Flooring', 'Flooring Underlayment', 'Transition Strips', '?Tape Measures', '?Utility Knives'] },
  { name: 'laminate floor', weight: 0.8, steps: ['Laminate Flooring', 'Flooring Underlayment', 'Transition Strips', '?Circular Saws'] },
  { name: 'paint a room', weight: 2.4, steps: ['Interior Wall Paint', 'Paint Brushes', 'Roller Covers', "Painter's Tape", '?Roller Frames & Trays', '?Drop Cloths', '?Spackle & Patch', '?Primer', '?Ceiling Paint', '?Interior Caulk'] },
  { name: 'paint the house', weight: 0.7, steps: ['Exterior Paint', 'Paint Brushes', '?Roller Covers', "?Painter's Tape", '?Drop Cloths', '?Primer'] },
  { name: 'restain the deck', weight: 0.8, steps: ['Deck Stain', 'Paint Brushes', '?Sanding Discs', '?Random Orbital Sanders', '?Drop Cloths'] },
  { name: 'new vanity', weight: 1.1, steps: ['Bathroom Vanities', 'Bathroom Sink Faucets', 'Bathroom Mirrors', '?Vanity Lights', '?Supply Lines', '?Bath & Kitchen Silicone'] },
  { name: 'refresh the bathroom', weight: 1.1, steps: ['Towel Bars', 'Toilet Paper Holders', 'Bathroom Sink Faucets', '?Shower Heads', '?Bathroom Mirrors', '?Vanity Lights'] },
  { name: 'replace a toilet', weight: 0.6, steps: ['Toilets', 'Supply Lines', '?Bath & Kitchen Silicone'] },
  { name: 'replace the kitchen sink', weight: 0.7, steps: ['Kitchen Sinks', 'Kitchen Faucets', 'Supply Lines', '?Bath & Kitchen Silicone'] },
  { name: 'update the cabinets', weight: 1, steps: ['Cabinet Pulls', 'Cabinet Knobs', '?Hinges', '?Interior Wall Paint', '?Paint Brushes'] },
  { name: 'replace interior doors', weight: 0.6, steps: ['Door Knobs & Levers', 'Hinges', '?Wood Screws', '?Interior Wall Paint'] },
  { name: 'change the lights', weight: 1, steps: ['Pendant Lights', 'LED Light Bulbs', 'Dimmers', '?Flush Mount Lights', '?Wall Plates', '?Vanity Lights'] },
  { name: 'rewire a room', weight: 0.8, steps: ['Electrical Outlets', 'Light Switches', 'Wall Plates', '?Dimmers', '?Screwdrivers'] },
  { name: 'light the porch', weight: 0.6, steps: ['Outdoor Wall Lights', 'LED Light Bulbs', '?Smart Plugs', '?Extension Cords'] },
  { name: 'start a vegetable bed', weight: 1.1, steps: ['Raised Garden Beds', 'Potting Soil', 'Vegetable Seeds', '?Garden Trowels', '?Garden Gloves', '?Garden Hoses', '?Mulch'] },
  { name: 'pots on the terrace', weight: 0.9, steps: ['Planters', 'Potting Soil', '?Garden Trowels', '?Garden Gloves', '?Hose Nozzles'] },
  { name: 'renew the lawn', weight: 0.9, steps: ['Grass Seed', 'Lawn Fertilizer', 'Garden Hoses', '?Hose Nozzles', '?Leaf Rakes'] },
  { name: 'tidy the beds', weight: 0.8, steps: ['Mulch', 'Pruners', 'Garden Gloves', '?Leaf Rakes', '?Lawn Fertilizer'] },
  { name: 'furnish the patio', weight: 0.6, steps: ['Patio Dining Sets', 'Gas Grills', '?Grill Covers', '?Planters', '?Outdoor Wall Lights'] },
  { name: 'winterize', weight: 1.1, steps: ['Weatherstripping', 'Window Insulation Kits', 'Pipe Insulation', '?Space Heaters', '?Furnace Filters', '?Interior Caulk'] },
  { name: 'warm a room', weight: 0.9, steps: ['Electric Fireplaces', 'Space Heaters', '?Smart Thermostats', '?Humidifiers'] },
  { name: 'cleaner air', weight: 0.6, steps: ['Furnace Filters', 'Humidifiers', '?Smart Thermostats'] },
  { name: 'beat the heat', weight: 0.6, steps: ['Room Air Conditioners', 'Floor & Tower Fans', '?Ceiling Fans', '?Extension Cords'] },
  { name: 'organize the garage', weight: 1.2, steps: ['Freestanding Shelving', 'Storage Bins', 'Wall Hooks', '?Tool Boxes', '?Wall Anchors'] },
  { name: 'organize the closet', weight: 0.7, steps: ['Closet Systems', 'Storage Bins', '?Wall Hooks', '?Wall Anchors', '?Levels'] },
  { name: 'hang pictures', weight: 0.6, steps: ['Picture Hangers', 'Wall Anchors', 'Levels', '?Hammers', '?Tape Measures'] },
  { name: 'build with lumber', weight: 0.9, steps: ['Circular Saws', 'Circular Saw Blades', 'Wood Screws', '?Impact Drivers', '?Safety Glasses', '?Tape Measures'] },
  { name: 'first tool kit', weight: 0.9, steps: ['Drill/Drivers', 'Hammers', 'Tape Measures', 'Screwdrivers', '?Levels', '?Tool Boxes', '?Utility Knives'] },
];

/** What a product calls for next: leaf → [accessory leaf, weight]. */
export const accessories: Readonly<Record<string, readonly (readonly [leaf: string, weight: number])[]>> = {
  'Drill/Drivers': [['Drill Bits', 5], ['Power Tool Batteries', 4], ['Driver Bits', 2], ['Safety Glasses', 1]],
  'Impact Drivers': [['Driver Bits', 5], ['Power Tool Batteries', 4], ['Wood Screws', 1]],
  'Circular Saws': [['Circular Saw Blades', 5], ['Power Tool Batteries', 3], ['Safety Glasses', 1]],
  'Random Orbital Sanders': [['Sanding Discs', 6], ['Safety Glasses', 1]],
  'String Trimmers': [['Trimmer Line', 6], ['Power Tool Batteries', 2], ['Work Gloves', 1]],
  'Lawn Mowers': [['Power Tool Batteries', 2], ['String Trimmers', 3], ['Lawn Fertilizer', 1]],
  'Leaf Blowers': [['Leaf Rakes', 3], ['Power Tool Batteries', 2], ['Work Gloves', 1]],
  'Gas Grills': [['Grill Covers', 6], ['Patio Dining Sets', 1]],
  'Garden Hoses': [['Hose Nozzles', 6]],
  'Interior Wall Paint': [['Roller Covers', 3], ['Paint Brushes', 3], ["Painter's Tape", 2]],
  Toilets: [['Supply Lines', 4], ['Bath & Kitchen Silicone', 1]],
  'Electrical Outlets': [['Wall Plates', 5]],
  'Light Switches': [['Wall Plates', 5]],
  'Pendant Lights': [['LED Light Bulbs', 5], ['Dimmers', 2]],
  'Cabinet Pulls': [['Cabinet Knobs', 4], ['Hinges', 1]],
  'Smart Thermostats': [['Furnace Filters', 3]],
  'Freestanding Shelving': [['Storage Bins', 5], ['Wall Hooks', 1]],
};
