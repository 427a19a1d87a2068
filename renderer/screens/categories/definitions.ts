/** "How was this computed?" for the session lab and for category demand, in the words of the product vocabulary. */
import type { Contributions, Demand, Recommendation } from '../../../electron/api/categories.ts';
import { formatCount, formatLevel, formatPlural, formatShare } from '../../state/format.ts';

export type LabTopic = 'items' | 'tree' | 'heuristics' | 'contributions';

export interface Lab {
  readonly answer: Recommendation;
  readonly contributions: Contributions | null;
}

interface Definition<Subject> {
  readonly title: string;
  readonly means: (subject: Subject) => string;
  readonly value: (subject: Subject) => string;
}

export const labDefinitions: { readonly [T in LabTopic]: Definition<Lab> } = {
  items: {
    title: 'Next items',
    means: ({ answer }) => `Every competing SKU is scored against the session by the ${answer.head} head, memory of what was seen together included. The probability is the softmax of the scores over ${formatCount(answer.candidates)} SKUs, at the temperature that validation chose (the model report names it); items already in the session are not recommended again.`,
    value: ({ answer }) => `The ${answer.items.length} listed hold ${formatShare(answer.items.reduce((sum, { probability }) => sum + probability, 0))} of the probability. A prediction of the next view, not of a sale.`,
  },
  tree: {
    title: 'Next categories',
    means: () => 'Each level has a head of its own, whose probabilities sum to 100 % over all its categories. A parent and its children are therefore two predictions of the same thing: where the sum of the children differs from the parent by more than 5 points, both numbers are shown.',
    value: ({ answer }) => `${formatPlural(disagreements(answer.tree.roots), 'category', 'categories')} of those listed disagree with their children. Categories too unlikely to list are summed as “others”.`,
  },
  heuristics: {
    title: 'The paper’s two heuristics',
    means: () => 'Personalised top-N frequent: the categories seen most often in this session. From top-N items: the categories of the model’s next items, by how many of the 20 are in each. Both need no category head; what they agree on with the model is bold.',
    value: ({ answer }) => `The first guess of ${answer.categories.filter(({ labels, frequent }) => labels[0]?.label === frequent[0]).length} of ${answer.categories.length} levels is also the one seen most.`,
  },
  contributions: {
    title: 'What each item contributed',
    means: () => 'Everything is predicted again without one item of the session (leave one out), with the same SKUs competing. Shown is the probability with the item minus without it, in percentage points: ▲ the item spoke for it, ▼ against it. Moved: the share of all probability that goes to other SKUs without the item.',
    value: ({ contributions }) => (contributions === null || contributions.positions.length === 0
      ? 'A session of one item has nothing left without it.'
      : `The strongest item moves ${formatShare(Math.max(...contributions.positions.map(({ moved }) => moved)))} of the probability. A model effect, never a cause.`),
  },
};

function disagreements(nodes: Recommendation['tree']['roots']): number {
  return nodes.reduce((sum, node) => sum + (node.disagrees ? 1 : 0) + disagreements(node.children), 0);
}

export type DemandTopic = 'categories' | 'flows' | 'from' | 'moments' | 'drafts';

export const demandDefinitions: { readonly [T in DemandTopic]: Definition<Demand> } = {
  categories: {
    title: 'Predicted against actual',
    means: ({ labelled }) => `Over ${formatCount(labelled)} moments: predicted is the sum of a category’s probability, actual the number of moments whose next SKU was in it. The difference has a 95 % interval, the wider of what other sessions and of what chance alone would give; where it holds 0, no difference is shown (open mark).`,
    value: (demand) => `Predicted and actual both sum to ${formatCount(demand.labelled)}. ${formatPlural(demand.categories.filter(({ interval: [low, high] }) => low > 0 || high < 0).length, 'category', 'categories')} differ by more than chance.`,
  },
  flows: {
    title: 'Flows between categories',
    means: ({ level }) => `Rows: the ${formatLevel(level)} category of the last item before a moment. Columns: where the next item was, or was predicted to be. The darker a cell, the larger its share of the row; each row sums to its moments in both readings.`,
    value: ({ flows, labelled }) => `The ${flows.paths.length} largest categories are shown, all others are one row and one column. ${formatCount(labelled)} moments in all.`,
  },
  from: {
    title: 'From one category',
    means: () => 'Where the moments of one category go. The blue band to each target is what was predicted, the grey one what happened, drawn over each other: where blue is wider, the model over-predicts. Widths are moments, and both readings sum to all of them.',
    value: ({ chosen }) => (chosen.from === null ? 'No moment starts in a category.' : `${formatPlural(chosen.moments, 'moment')} start in ${chosen.from.at(-1)}.`),
  },
  moments: {
    title: 'The moments behind a count',
    means: () => 'The recorded sessions, with the items before the moment, the next item, and what the model thought. Expected is the model’s first guess.',
    value: () => 'Most probable first.',
  },
  drafts: {
    title: 'What drafts would draw from',
    means: () => 'The chosen drafts are launched together on the panel: each slot they take pushes out a live SKU. Slots of recommendation by the category of the SKU that loses them, never units sold.',
    value: () => 'Slots gained by the drafts equal slots lost by live SKUs.',
  },
};
