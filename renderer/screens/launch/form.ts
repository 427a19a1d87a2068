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
  return withFeatures(emptyForm(item.sku), item, item.currency);
}

/** A form with the text of other features: a proposal that was applied. */
export function withFeatures(form: Form, features: ItemFeatures, currency = form.currency): Form {
  const { title, brand, size, department, manufacturer, description, categoryPath, color, material, price, attrs } = features;
  return {
    sku: form.sku, currency, title, brand, size, department, manufacturer, description,
    categoryPath: [...categoryPath, ...Array<string>(Math.max(0, usualLevels - categoryPath.length)).fill('')],
    color: color.join(', '),
    material: material.join(', '),
    price: price === null ? '' : String(price),
    attrs: attrs.map(([name, value]) => ({ name, value })),
  };
}

/** Fields of the editor in its order, as a person reads them. */
export const fieldNames = ['Title', 'Brand', 'Category', 'Colour', 'Material', 'Price', 'Size', 'Department', 'Manufacturer', 'Description'] as const;

/** Field by field, what the editor holds; further attributes by their names. */
export function readFields(form: Form): ReadonlyMap<string, string> {
  const price = [form.price, form.price === '' ? '' : form.currency].filter((part) => part !== '').join(' ');
  const values = [form.title, form.brand, form.categoryPath.filter((level) => level !== '').join(' > '), form.color, form.material, price, form.size, form.department, form.manufacturer, form.description];
  return new Map([...fieldNames.map((name, index) => [name, values[index]!] as const), ...form.attrs.filter(({ name }) => name !== '').map(({ name, value }) => [name, value] as const)]);
}

/** Fields in which two texts differ. */
export function compareForms(a: Form, b: Form): readonly { readonly field: string; readonly a: string; readonly b: string }[] {
  const [left, right] = [readFields(a), readFields(b)];
  return [...new Set([...left.keys(), ...right.keys()])].map((field) => ({ field, a: left.get(field) ?? '', b: right.get(field) ?? '' })).filter((row) => row.a !== row.b);
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
