/** Counts of moments as category demand writes them: predicted ones are sums of probabilities, so small ones keep a digit. */

export function formatPredicted(count: number): string {
  return count === 0 ? '0' : count < 9.95 ? count.toFixed(1) : Math.round(count).toLocaleString('en');
}

/** `+12.4`, `−3`, `0`: the sign is always told. */
export function formatDifference(count: number): string {
  const size = Math.abs(count);
  if (size < 0.05) return '0';
  return `${count > 0 ? '+' : '−'}${size < 9.95 ? size.toFixed(1) : Math.round(size).toLocaleString('en')}`;
}

export function samePath(one: readonly string[] | null, other: readonly string[] | null): boolean {
  return one !== null && other !== null && one.join('\u001f').toLowerCase() === other.join('\u001f').toLowerCase();
}
