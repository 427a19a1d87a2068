/** The fields of an item as people know them, each to be read, emptied or filled from another item. */
import type { ItemFeatures } from '../db/records.ts';
import type { TrainingConfig } from './config.ts';
import { isCategoryLevel, labelKey } from './features.ts';
import type { Features } from './features.ts';
import { readsCategories } from './prepare.ts';

/** Fields that a model reads: `title`, `brand`, `category`, `price`, …; a free column by its header. */
export function fieldsRead({ texts, categories, numbers }: Features, config: TrainingConfig): readonly string[] {
  const labels = readsCategories(config) ? categories : [];
  const names = texts.map(({ name }) => name);
  return [
    ...names.filter((name) => name === 'title'),
    ...(labels.some(({ name }) => name === 'brand') ? ['brand'] : []),
    ...(labels.some(({ name }) => isCategoryLevel(name)) ? ['category'] : []),
    ...names.filter((name) => name !== 'title'),
    ...(readsCategories(config) ? numbers.map(({ name }) => name) : []),
  ];
}

/** A field as one line of text, '' where it is empty. */
export function fieldText(item: ItemFeatures, field: string): string {
  switch (field) {
    case 'title': case 'description': case 'brand': case 'size': case 'department': case 'manufacturer': return item[field].trim();
    case 'color': case 'material': return item[field].map((part) => part.trim()).filter((part) => part !== '').join(', ');
    case 'category': return item.categoryPath.map((part) => part.trim()).filter((part) => part !== '').join(' > ');
    case 'price': return item.price === null ? '' : String(item.price);
    default: return item.attrs.filter(([header]) => header === field).map(([, value]) => value.trim()).filter((value) => value !== '').join(', ');
  }
}

/** Equal for values that differ only in case and white space. */
export function fieldKey(item: ItemFeatures, field: string): string {
  return labelKey(field === 'category' ? item.categoryPath : [fieldText(item, field)]);
}

const emptyItem: ItemFeatures = { title: '', description: '', brand: '', categoryPath: [], color: [], material: [], size: '', department: '', manufacturer: '', price: null, attrs: [] };

/** The item with one field as `other` has it. */
export function withField(item: ItemFeatures, field: string, other: ItemFeatures): ItemFeatures {
  switch (field) {
    case 'title': case 'description': case 'brand': case 'size': case 'department': case 'manufacturer': case 'color': case 'material': case 'price': return { ...item, [field]: other[field] };
    case 'category': return { ...item, categoryPath: other.categoryPath };
    default: return { ...item, attrs: [...item.attrs.filter(([header]) => header !== field), ...other.attrs.filter(([header]) => header === field)] };
  }
}

export function withoutField(item: ItemFeatures, field: string): ItemFeatures {
  return withField(item, field, emptyItem);
}
