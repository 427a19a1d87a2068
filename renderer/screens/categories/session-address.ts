/** A session as the detail of an address: SKUs, each encoded, joined by commas. */
export function sessionAddress(skus: readonly string[]): string {
  return skus.map(encodeURIComponent).join(',');
}

export function readSessionAddress(detail: string): readonly string[] {
  try {
    return detail.split(',').filter((part) => part !== '').map(decodeURIComponent);
  } catch {
    return [];
  }
}
