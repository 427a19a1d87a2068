/** Twelve SKUs about to launch, each there to show something on the launch board. */

export interface Draft {
  readonly sku: string;
  readonly title: string;
  readonly brand: string;
  readonly color: string;
  readonly material: string;
  readonly price: number;
  /** L1, L2, L3, leaf as the supplier states them. */
  readonly path: readonly [string, string, string, string];
  readonly description: string;
  /** Why it is among the drafts; not written to the file. */
  readonly shows: string;
}

export const drafts: readonly Draft[] = [
  {
    sku: 'NEW-1001', shows: 'a strong fit: the best-selling series in a size it lacked',
    title: 'Calderra Alder White 4 in. x 12 in. Glossy Ceramic Wall Tile (12.5 sq. ft./Case)', brand: 'Calderra', color: 'White', material: 'Ceramic', price: 25.97,
    path: ['Flooring & Tile', 'Tile', 'Wall Tile', 'Ceramic Subway Tile'], description: 'Glossy ceramic tile for kitchen backsplashes, shower surrounds and bathroom walls.',
  },
  {
    sku: 'NEW-1002', shows: 'a strong fit: follows tile in every tiling project',
    title: 'Bondarra TrueFill Bright White 25 lb. Stain-Resistant Sanded Grout', brand: 'Bondarra', color: 'White', material: '', price: 19.97,
    path: ['Flooring & Tile', 'Tile Setting Materials', 'Grout & Sealer', 'Grout'], description: 'Sanded grout with built-in sealer for joints from 1/8 in. to 1/2 in.',
  },
  {
    sku: 'NEW-1003', shows: 'a strong fit: the most bought battery platform',
    title: 'TORVANE 20-Volt MAX Cordless Brushless 1/2 in. Drill/Driver with 4.0 Ah Battery and Charger', brand: 'TORVANE', color: '', material: '', price: 159,
    path: ['Tools', 'Power Tools', 'Drills & Drivers', 'Drill/Drivers'], description: 'Two-speed drill/driver; fits every TORVANE 20-Volt MAX battery.',
  },
  {
    sku: 'NEW-1004', shows: 'a strong fit in the largest paint leaf',
    title: 'Pellucor Everyday 1 gal. Quiet Linen Eggshell Interior Paint and Primer', brand: 'Pellucor', color: 'White', material: '', price: 40.97,
    path: ['Paint', 'Interior Paint', 'Wall & Ceiling Paint', 'Interior Wall Paint'], description: 'Low-odor eggshell acrylic for walls and trim in a soft, warm white.',
  },
  {
    sku: 'NEW-1005', shows: 'an unknown brand: the badge must say so',
    title: 'Vexholm Arden 4 in. Centerset 2-Handle Bathroom Faucet in Matte Black', brand: 'Vexholm', color: 'Black', material: 'Brass', price: 94.97,
    path: ['Bath & Plumbing', 'Bath', 'Bathroom Faucets', 'Bathroom Sink Faucets'], description: 'Drip-free ceramic cartridges, pop-up drain included.',
  },
  {
    sku: 'NEW-1006', shows: 'a vague title: nothing to hold on to',
    title: 'New Collection Item, Assorted', brand: 'Tidewell', color: '', material: '', price: 14.97,
    path: ['Storage & Hardware', 'Storage & Organization', 'Bins & Totes', 'Storage Bins'], description: '',
  },
  {
    sku: 'NEW-1007', shows: 'a crowded leaf: 78 light bulbs are there already',
    title: 'Amperly 60-Watt Equivalent A19 Dimmable LED Light Bulb Soft White (6-Pack)', brand: 'Amperly', color: 'White', material: '', price: 12.97,
    path: ['Lighting & Electrical', 'Light Bulbs', 'LED Bulbs', 'LED Light Bulbs'], description: 'Dims smoothly to 5 %; lasts 13 years at 3 hours a day.',
  },
  {
    sku: 'NEW-1008', shows: 'a new niche: a leaf the shop does not have yet',
    title: 'TerraVale 12-Pod Indoor Hydroponic Herb Garden with Full-Spectrum LED Grow Light', brand: 'TerraVale', color: 'White', material: 'Plastic', price: 119,
    path: ['Outdoor & Garden', 'Gardening', 'Indoor Gardening', 'Hydroponic Kits'], description: 'Grows herbs and lettuce on the counter all year, without soil.',
  },
  {
    sku: 'NEW-1009', shows: 'a wrong category: a tiler\'s trowel among the garden tools',
    title: 'Handrell 1/4 in. x 3/8 in. Stainless Steel Square Notch Flooring Trowel for Thinset with Comfort Grip', brand: 'Handrell', color: '', material: 'Stainless Steel', price: 15.97,
    path: ['Outdoor & Garden', 'Gardening', 'Garden Hand Tools', 'Garden Trowels'], description: 'Square notch trowel for spreading thinset evenly under floor tile.',
  },
  {
    sku: 'NEW-1010', shows: 'an accessory that rides on drills and impact drivers',
    title: 'Korrin 1/16 in. - 1/2 in. Titanium Twist Drill Bit Set (35-Piece)', brand: 'Korrin', color: '', material: 'High Speed Steel', price: 29.97,
    path: ['Tools', 'Power Tool Accessories', 'Drilling & Driving', 'Drill Bits'], description: 'Titanium bits for wood, metal and plastic in a hinged case.',
  },
  {
    sku: 'NEW-1011', shows: 'a seasonal SKU: wanted in autumn and winter',
    title: 'Thermora 1,500-Watt Ceramic Tower Electric Space Heater in Black with Remote', brand: 'Thermora', color: 'Black', material: '', price: 79.97,
    path: ['Heating & Cooling', 'Heating', 'Portable Heaters', 'Space Heaters'], description: 'Tip-over and overheat shut-off; thermostat, timer and remote.',
  },
  {
    sku: 'NEW-1012', shows: 'a price far above its leaf',
    title: 'Halden & Rye Tolland 3-Light Linear Aged Brass Pendant with Hand-Blown Glass Shades', brand: 'Halden & Rye', color: 'Bronze', material: '', price: 489,
    path: ['Lighting & Electrical', 'Indoor Lighting', 'Ceiling Lighting', 'Pendant Lights'], description: 'Hand-blown glass on solid brass for islands and long tables.',
  },
];
