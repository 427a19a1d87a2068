import type { Department } from '../taxonomy.ts';

export const heating: Department = {
  name: 'Heating & Cooling',
  season: [1.9, 1.4, 0.8, 0.5, 0.6, 0.9, 1, 0.8, 1.3, 2.3, 2.5, 2.2],
  leaves: [
    {
      leaf: 'Space Heaters', at: 'Heating > Portable Heaters', count: 26, price: 74, brands: ['Thermora', 'Nordhearth', 'Norrow'],
      size: '1,500-Watt | 750-Watt*0.6', trait: 'Ceramic Tower | Oil-Filled Radiator*1.2 | Infrared*1.5 | Personal Fan*0.5', color: 'Black | White | Gray',
      title: '{brand} {size} {trait} Electric Space Heater in {color}',
      about: 'Tip-over and overheat shut-off; thermostat and timer.',
    },
    {
      leaf: 'Electric Fireplaces', at: 'Heating > Fireplaces', count: 20, price: 399, brands: ['Nordhearth', 'Thermora', 'Emberline'],
      size: '50 in. | 36 in.*0.7 | 60 in.*1.3 | 23 in. Freestanding*0.5', trait: 'Wall Mount | TV Stand*1.3 | Recessed*1.1', color: 'Black | White | Rustic Oak=Brown',
      title: '{brand} {size} {trait} Electric Fireplace in {color}',
      about: 'Flame with or without heat; heats 400 sq. ft. from a normal outlet.',
    },
    {
      leaf: 'Smart Thermostats', at: 'Heating > Controls', count: 14, price: 149, brands: ['Thermora', 'Voltane', 'Airvella'],
      trait: 'Smart Wi-Fi | 7-Day Programmable*0.4 | Learning*1.4', color: 'White | Black | Stainless Steel=Silver',
      title: '{brand} {trait} Thermostat in {color}',
      about: 'Saves up to 20 % on heating; works with most 24-volt systems.',
    },
    {
      leaf: 'Furnace Filters', at: 'Air Quality > Filters', count: 24, price: 24, brands: ['Airvella', 'Thermora', 'Norrow'],
      size: '16 in. x 25 in. x 1 in. | 20 in. x 20 in. x 1 in. | 16 in. x 20 in. x 1 in.*0.95 | 20 in. x 25 in. x 4 in.*1.8', trait: 'MERV 11 | MERV 8*0.7 | MERV 13*1.35', pack: '(4-Pack) | (2-Pack)*0.6 | (12-Pack)*2.6',
      title: '{brand} {size} {trait} Pleated Air Filter {pack}',
      about: '{trait} media catches dust, pollen and pet dander for 90 days.',
    },
    {
      leaf: 'Humidifiers', at: 'Air Quality > Humidity', count: 14, price: 64, brands: ['Airvella', 'Nordhearth', 'Norrow'],
      size: '1.5 Gal. | 0.5 Gal.*0.6 | 4 Gal.*2', trait: 'Cool Mist | Warm and Cool Mist*1.3 | Evaporative*1.2', color: 'White | Black | Gray',
      title: '{brand} {size} {trait} Humidifier in {color}',
      about: 'Quiet enough for bedrooms, runs all night on one fill.',
    },
    {
      leaf: 'Weatherstripping', at: 'Insulation & Sealing > Doors & Windows', count: 20, price: 9, brands: ['Draftaway', 'Sealwick', 'Norrow'],
      size: '17 ft. | 10 ft.*0.7 | 36 in. Door Sweep*1.2', material: 'Foam*0.7 | Rubber | Silicone*1.3 | Aluminum and Vinyl*1.4', color: 'White | Brown | Black',
      title: '{brand} {size} {color} {material} Weatherstrip for Doors and Windows',
      about: 'Peel-and-stick seal that stops drafts, dust and insects.',
    },
    {
      leaf: 'Window Insulation Kits', at: 'Insulation & Sealing > Doors & Windows', count: 10, price: 16, brands: ['Draftaway', 'Norrow'],
      size: '62 in. x 84 in. | 62 in. x 210 in.*1.8', trait: 'Indoor Shrink | Outdoor', pack: ' | (3-Pack)*1.5 | (9-Pack)*3.6',
      title: '{brand} {size} {trait} Window Insulation Film Kit {pack}',
      about: 'Clear film shrinks tight with a hair dryer; takes off cleanly in spring.',
    },
    {
      leaf: 'Pipe Insulation', at: 'Insulation & Sealing > Pipes', count: 14, price: 7, brands: ['Draftaway', 'Thermora', 'Norrow'],
      size: '1/2 in. x 6 ft. | 3/4 in. x 6 ft.*1.1 | 1 in. x 6 ft.*1.3', material: 'Foam | Rubber*1.7', pack: '(4-Pack) | (12-Pack)*2.6',
      title: '{brand} {size} {material} Self-Sealing Pipe Insulation {pack}',
      about: 'Keeps hot pipes hot and cold pipes from freezing.',
    },
    {
      leaf: 'Room Air Conditioners', at: 'Cooling > Air Conditioners', count: 16, price: 329, brands: ['Airvella', 'Thermora', 'Norrow'],
      size: '8,000 BTU | 12,000 BTU*1.4 | 5,000 BTU*0.55', trait: 'Window | Portable*1.3 | Smart Window*1.25', color: 'White',
      title: '{brand} {size} {trait} Air Conditioner with Remote in {color}',
      about: 'Cools up to 350 sq. ft.; washable filter and sleep mode.',
    },
    {
      leaf: 'Floor & Tower Fans', at: 'Cooling > Fans', count: 16, price: 59, brands: ['Airvella', 'Thermora', 'Norrow'],
      size: '42 in. Tower | 20 in. Box*0.5 | 16 in. Pedestal*0.8', trait: '3-Speed | Quiet 5-Speed*1.3 | Oscillating*1.1', color: 'White | Black',
      title: '{brand} {size} {trait} Fan in {color}',
      about: 'Whisper-quiet airflow with timer and remote.',
    },
  ],
};
