/** A draft as the editor holds it: text in every field, so that half-typed values survive; features are read from it. */
import type { Item, ItemFeatures } from '../../../db/records.ts';

export interface Form {
  sku: string;
  title: string;
  brand: string;
  categoryPath: string[];
  color: string;
  material: string;
  size: string;
  department: string;
  manufacturer: string;
  description: string;
  price: string;
  currency: string;
  attrs: { name: string; value: string }[];
}

/** Levels the editor always shows; deeper ones are added on request. */
export const usualLevels = 3;

export function emptyForm(sku: string): Form {
  return { sku, title: '', brand: '', categoryPath: Array<string>(usualLevels).fill(''), color: '', material: '', size: '', department: '', manufacturer: '', description: '', price: '', currency: '', attrs: [] };
}

export function formOf(item: Item): Form {
  return {
    sku: item.sku, title: item.title, brand: item.brand, size: item.size, department: item.department, manufacturer: item.manufacturer, description: item.description, currency: item.currency,
    categoryPath: [...item.categoryPath, ...Array<string>(Math.max(0, usualLevels - item.categoryPath.length)).fill('')],
    color: item.color.join(', '),
    material: item.material.join(', '),
    price: item.price === null ? '' : String(item.price),
    attrs: item.attrs.map(([name, value]) => ({ name, value })),
  };
}

/** The number a price field holds: `12,50` and `12.50` mean the same; null where it is empty or no price. */
export function readPrice(text: string): number | null {
  const plain = text.trim().replace(/\s/g, '').replace(/,(?=\d{1,2}$)/, '.');
  if (!/^\d+(\.\d+)?$/.test(plain)) return null;
  return Number(plain);
}

function readList(text: string): readonly string[] {
  return text.split(/[,/;]/).map((word) => word.trim()).filter((word) => word !== '');
}

export function featuresOf(form: Form): ItemFeatures {
  return {
    title: form.title, brand: form.brand, description: form.description, size: form.size, department: form.department, manufacturer: form.manufacturer,
    categoryPath: form.categoryPath.map((level) => level.trim()).filter((level) => level !== ''),
    color: readList(form.color),
    material: readList(form.material),
    price: readPrice(form.price),
    attrs: form.attrs.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value] as const),
  };
}

/** What must be put right before the draft can be saved; null when nothing. */
export function problemOf(form: Form): string | null {
  if (form.sku.trim() === '') return 'Give the draft a SKU: it is the key it is stored and launched under.';
  if (form.price.trim() !== '' && readPrice(form.price) === null) return `“${form.price}” is not a price. Write a number such as 12.50, or leave the field empty.`;
  return null;
}
