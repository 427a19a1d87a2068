import { formatLevel } from '../../state/format.ts';

/** Fields as the model names them, and as a person reads them. */
const names: Readonly<Record<string, string>> = {
  title: 'Title', brand: 'Brand', category: 'Category', categoryPath: 'Category', color: 'Colour', material: 'Material', price: 'Price', size: 'Size', department: 'Department', manufacturer: 'Manufacturer', description: 'Description',
};

/** A further attribute keeps the header it came with. */
export function formatField(field: string): string {
  return names[field] ?? (/^(l\d|leaf)$/.test(field) ? formatLevel(field) : field);
}
