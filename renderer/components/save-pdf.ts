/** The page as a PDF: the desktop app saves it as it would be printed. In a browser there is its own printing, which can save too. */
import type { PdfMessage, PreloadBridge } from '../../electron/api/wire.ts';

export type Shell = Pick<PreloadBridge, 'savePdf'>;

/** The desktop app's side of the page; null in a browser. */
export function findShell(): Shell | null {
  return (window as { readonly shelfsight?: Shell }).shelfsight ?? null;
}

/** The name it was saved under; null where the user changed their mind. @throws Error with what went wrong */
export function savePdf(shell: Shell, name: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const hear = ({ source, data }: MessageEvent<unknown>): void => {
      if (source !== window || (data as Partial<PdfMessage> | null)?.shelfsight !== 'pdf') return;
      window.removeEventListener('message', hear);
      const { saved, problem } = data as PdfMessage;
      if (problem === '') resolve(saved);
      else reject(new Error(`The PDF could not be saved: ${problem}`));
    };
    window.addEventListener('message', hear);
    shell.savePdf(name);
  });
}
