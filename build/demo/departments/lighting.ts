import type { Department } from '../taxonomy.ts';

const fixtures = ['Brightholm', 'Halden & Rye', 'Lumaway', 'Norrow'];
const metal = 'Matte Black=Black | Brushed Nickel=Silver | Aged Brass=Bronze | White';
const devices = ['Voltane', 'Amperly', 'Norrow'];

export const lighting: Department = {
  name: 'Lighting & Electrical',
  season: [1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 1, 1.1, 1.2, 1.3, 1.4],
  leaves: [
    {
      leaf: 'LED Light Bulbs', at: 'Light Bulbs > LED Bulbs', count: 78, price: 11, brands: ['Lumaway', 'Brightholm', 'Voltane', 'Norrow'],
      size: '60-Watt Equivalent | 75-Watt Equivalent*1.1 | 100-Watt Equivalent*1.3 | 40-Watt Equivalent*0.9', trait: 'A19 Dimmable | A19 Non-Dimmable*0.8 | BR30 Dimmable*1.3 | B11 Candelabra*1.1', color: 'Soft White=White | Daylight=White | Bright White=White', pack: '(4-Pack) | (8-Pack)*1.7 | (2-Pack)*0.65 | (16-Pack)*2.9',
      title: '{brand} {size} {trait} LED Light Bulb {color} {pack}',
      about: 'Lasts 13 years at 3 hours a day and uses 85 % less energy.',
    },
    {
      leaf: 'Vanity Lights', at: 'Indoor Lighting > Wall Lighting', count: 24, price: 99, brands: fixtures,
      series: 'Ashby | Pell', color: metal, size: '3-Light 24 in. | 4-Light 32 in.*1.3 | 2-Light 15 in.*0.75', trait: 'Clear Glass | Frosted Glass', material: 'Steel',
      title: '{brand} {series} {size} {color} Vanity Light with {trait} Shades',
      about: 'Damp rated, mounts up or down, bulbs not included.',
    },
    {
      leaf: 'Pendant Lights', at: 'Indoor Lighting > Ceiling Lighting', count: 24, price: 84, brands: fixtures,
      series: 'Ashby | Tolland', color: metal, size: '1-Light 9 in. | 1-Light 14 in.*1.3 | 3-Light Linear*2.1', trait: 'Glass | Metal Dome*0.9 | Woven*1.1',
      title: '{brand} {series} {size} {color} Pendant with {trait} Shade',
      about: 'Adjustable cord for islands and dining tables, sloped ceilings included.',
    },
    {
      leaf: 'Flush Mount Lights', at: 'Indoor Lighting > Ceiling Lighting', count: 20, price: 52, brands: fixtures,
      color: metal, size: '13 in. | 15 in.*1.2 | 11 in.*0.8', trait: 'Selectable LED | Semi-Flush*1.2',
      title: '{brand} {size} {color} {trait} Flush Mount Ceiling Light',
      about: 'Choose from five white tones at the switch behind the lens.',
    },
    {
      leaf: 'Outdoor Wall Lights', at: 'Outdoor Lighting > Wall Lights', count: 20, price: 48, brands: fixtures,
      color: 'Matte Black=Black | Oil Rubbed Bronze=Bronze | Stainless Steel=Silver', size: '13 in. | 17 in.*1.4', trait: 'Dusk to Dawn*1.3 | Motion Sensing*1.4 | Lantern',
      title: '{brand} {size} {color} {trait} Outdoor Wall Light Sconce',
      about: 'Wet rated aluminium housing with seeded glass.',
    },
    {
      leaf: 'Ceiling Fans', at: 'Indoor Lighting > Ceiling Fans', count: 20, price: 159, brands: ['Airvella', 'Brightholm', 'Halden & Rye', 'Norrow'],
      color: metal, size: '52 in. | 44 in.*0.8 | 60 in.*1.4', trait: 'LED Indoor | Indoor/Outdoor*1.2 | Smart*1.5',
      title: '{brand} {size} {trait} Ceiling Fan in {color} with Light and Remote Control',
      about: 'Quiet reversible motor for summer and winter.',
    },
    {
      leaf: 'Light Switches', at: 'Electrical > Wiring Devices', count: 18, price: 3.9, brands: devices,
      color: 'White | Light Almond=Beige | Black', trait: '15 Amp Single-Pole Rocker | 15 Amp 3-Way Rocker*1.5 | 15 Amp Toggle*0.5', pack: ' | (10-Pack)*7',
      title: '{brand} {trait} Light Switch, {color} {pack}',
      about: 'Push-in and side wiring; wall plate sold separately.',
    },
    {
      leaf: 'Dimmers', at: 'Electrical > Wiring Devices', count: 16, price: 26, brands: devices,
      color: 'White | Light Almond=Beige | Black', trait: 'LED+ Slide | Smart Wi-Fi*1.9 | Rotary*0.6', size: '150-Watt | 600-Watt*1.3',
      title: '{brand} {size} {trait} Dimmer Switch, {color}',
      about: 'Flicker-free range for LED, halogen and incandescent bulbs.',
    },
    {
      leaf: 'Electrical Outlets', at: 'Electrical > Wiring Devices', count: 18, price: 4.6, brands: devices,
      color: 'White | Light Almond=Beige | Black', trait: '15 Amp Tamper Resistant Duplex*0.5 | 20 Amp GFCI*4.5 | USB-C Charging*5', pack: ' | (10-Pack)*7.5',
      title: '{brand} {trait} Outlet, {color} {pack}',
      about: 'Self-grounding clip, NEC compliant for new and remodel work.',
    },
    {
      leaf: 'Wall Plates', at: 'Electrical > Wiring Devices', count: 16, price: 1.9, brands: devices,
      color: 'White | Light Almond=Beige | Black', size: '1-Gang | 2-Gang*1.8 | 3-Gang*2.6', trait: 'Decorator | Toggle | Screwless*2.5', pack: ' | (10-Pack)*6.5', material: 'Plastic',
      title: '{brand} {size} {trait} Wall Plate, {color} {pack}',
      about: 'Scratch-resistant, snaps flush with the wall.',
    },
    {
      leaf: 'Extension Cords', at: 'Electrical > Cords & Surge Protection', count: 18, price: 23, brands: devices,
      size: '25 ft. | 50 ft.*1.7 | 100 ft.*3 | 15 ft.*0.7', trait: '16/3 Indoor/Outdoor | 14/3 Medium-Duty*1.3 | 12/3 Heavy-Duty*2', color: 'Orange | Green | Yellow | Black',
      title: '{brand} {size} {trait} Extension Cord, {color}',
      about: 'Stays flexible in the cold, molded plugs with strain relief.',
    },
    {
      leaf: 'Smart Plugs', at: 'Electrical > Smart Home', count: 12, price: 22, brands: ['Voltane', 'Lumaway', 'Amperly'],
      trait: 'Indoor Wi-Fi | Outdoor Wi-Fi*1.4', color: 'White | Black', pack: '(2-Pack) | (4-Pack)*1.7 | *0.6',
      title: '{brand} 15 Amp {trait} Smart Plug, {color} {pack}',
      about: 'Schedules lamps and appliances by voice or app; no hub needed.',
    },
  ],
};
