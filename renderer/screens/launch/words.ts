/** The words of a title as they are written, each with the word the model reads there. */

export interface TitlePart {
  readonly text: string;
  /** null where nothing is known of it: a sign, or a word typed since. */
  readonly token: string | null;
}

/** A written word may hold what the model reads as one word (`30-Volt`) or as several (`oak/white`): then its parts stand apart. */
export function splitTitle(title: string, tokens: ReadonlySet<string>): readonly TitlePart[] {
  const read = (text: string): string => text.normalize('NFKC').toLowerCase();
  return title.split(/\s+/).filter((text) => text !== '').flatMap((text): readonly TitlePart[] => {
    if (tokens.has(read(text))) return [{ text, token: read(text) }];
    const parts = text.split(/([^\p{L}\p{N}]+)/u).filter((part) => part !== '');
    const known = parts.filter((part) => isWord(part) && tokens.has(read(part)));
    if (known.length === 0) return [{ text, token: null }];
    if (known.length === 1) return [{ text, token: read(known[0]!) }];
    // Signs stay with the word before them: nobody weighs a hyphen.
    return parts.reduce<TitlePart[]>((words, part) => {
      const last = words.at(-1);
      if (last === undefined || isWord(part)) words.push({ text: part, token: tokens.has(read(part)) ? read(part) : null });
      else words[words.length - 1] = { ...last, text: last.text + part };
      return words;
    }, []);
  });
}

export function isWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** A text word by word; `differs` where the other text lacks the word. */
export function markDifferences(text: string, other: string): readonly { readonly text: string; readonly differs: boolean }[] {
  const left = Map.groupBy(other.split(/\s+/), (word) => word);
  return text.split(/\s+/).filter((word) => word !== '').map((word) => ({ text: word, differs: left.get(word)?.pop() === undefined }));
}
