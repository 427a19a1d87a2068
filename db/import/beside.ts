/** Further files of an archive that a format names: models that variants inherit from, and what codes and numbers of categories and options mean. */
import type { CategoryTrees } from './category.ts';
import type { SourceFile } from './container.ts';
import { planImport } from './plan.ts';
import type { Plan } from './plan.ts';
import { findColumns } from './profile.ts';
import { readRows } from './rows.ts';
import { CategoryNumbers, readTaxonomy } from './taxonomy.ts';

export interface Beside {
  readonly models: readonly Plan[];
  readonly trees: CategoryTrees | null;
  readonly options: OptionLabels | null;
  /** Null where the format has no numbers for categories. */
  readonly numbers: CategoryNumbers | null;
}

export const nothingBeside: Beside = { models: [], trees: null, options: null, numbers: null };

/** Label of an option code of an attribute, or null. */
export type OptionLabels = (attribute: string, code: string) => string | null;

/** The deepest tree that is followed upwards. */
const deepestTree = 20;

export async function openBeside(source: SourceFile, plan: Plan): Promise<Beside> {
  const { parents, categories, options, taxonomy } = plan.map.profile.members ?? {};
  const matching = (pattern: string | undefined): readonly SourceFile[] => (pattern === undefined ? [] : source.beside.filter(({ name }) => new RegExp(pattern, 'i').test(name.split('/').at(-1)!)));
  const chosen = { ...(plan.mapping.encoding === undefined ? {} : { encoding: plan.mapping.encoding }), format: plan.map.profile.id, columns: plan.mapping.columns ?? {} };
  const models: Plan[] = [];
  for (const file of matching(parents)) models.push(await planImport(file, 'catalog', chosen));
  const [tree] = matching(categories);
  const [labels] = matching(options);
  const open = (file: SourceFile): Promise<Plan> => planImport(file, 'catalog', { format: 'generic' });
  const [list] = matching(taxonomy);
  const numbers = taxonomy === undefined ? null : list === undefined ? new CategoryNumbers(new Map(), '') : await readTaxonomy(list);
  return { models, numbers, trees: tree === undefined ? null : await readTrees(await open(tree)), options: labels === undefined ? null : await readOptions(await open(labels)) };
}

/** `code;attribute;sort_order;label-en_US`. */
async function readOptions(plan: Plan): Promise<OptionLabels> {
  const [code = -1] = findColumns('code', plan.headers);
  const [attribute = -1] = findColumns('attribute', plan.headers);
  const [label = -1] = findColumns('/^label/', plan.headers);
  const labels = new Map<string, string>();
  await readRows(plan, {
    onRow({ fields }) {
      const text = (fields[label] ?? '').trim();
      if (text !== '') labels.set(`${(fields[attribute] ?? '').trim()}\0${(fields[code] ?? '').trim()}`, text);
    },
  });
  return (name, value) => labels.get(`${name}\0${value}`) ?? null;
}

/** `code;parent;label-en_US`: the labels from the root's child down to a code. */
async function readTrees(plan: Plan): Promise<CategoryTrees> {
  const [code = -1] = findColumns('code', plan.headers);
  const [parent = -1] = findColumns('parent', plan.headers);
  const [label = code] = findColumns('/^label/', plan.headers);
  const nodes = new Map<string, { readonly parent: string; readonly label: string }>();
  if (code >= 0) await readRows(plan, { onRow: ({ fields }) => void nodes.set((fields[code] ?? '').trim(), { parent: (fields[parent] ?? '').trim(), label: (fields[label] ?? '').trim() || (fields[code] ?? '').trim() }) });
  return (name) => {
    const path: string[] = [];
    for (let node = nodes.get(name); node !== undefined && path.length < deepestTree; node = nodes.get(node.parent)) if (node.parent !== '') path.unshift(node.label);
    return path.length === 0 ? null : path;
  };
}
