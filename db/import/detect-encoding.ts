/** The encoding of a file: its mark, what its XML declaration says, strict UTF-8, or a question with a guess and the place of the first bad byte. */
import type { ImportMapping } from '../records.ts';
import type { SourceFile } from './container.ts';
import { detectDialect } from './delimiter.ts';
import { encodingLabel, guessEncoding, isUtf32, nameEncoding, surveyBytes, wideGuess } from './encoding.ts';
import type { ByteSurvey, Encoding } from './encoding.ts';
import { RecordReader } from './record-reader.ts';
import { FileRejection } from './rejection.ts';

/** @throws FileRejection E_EMPTY, E_ENCODING, E_NOT_TEXT */
export async function decideEncoding(source: SourceFile, mapping: ImportMapping): Promise<Encoding> {
  const survey = await surveyBytes(source.read());
  const { mark, bytes } = survey;
  if (mark !== null && bytes === mark.markBytes) throw new FileRejection('E_EMPTY', { because: 'contains no text, only a byte-order mark' });
  if (mapping.encoding !== undefined) {
    const label = encodingLabel(mapping.encoding);
    return { label, markBytes: mark?.label === label ? mark.markBytes : 0 };
  }
  if (isUtf32(survey)) throw new FileRejection('E_ENCODING', { because: 'This looks like UTF-32, which cannot be read: save the file as UTF-8. Nothing was imported.', details: { guess: null } });
  const wide = wideGuess(survey);
  if (wide !== null) {
    throw new FileRejection('E_ENCODING', { because: `Every second byte is NUL: this looks like ${nameEncoding(wide)} without a byte-order mark. Nothing was imported.`, details: { guess: wide } });
  }
  if (mark !== null && mark.label !== 'utf-8') return mark;
  const declared = mark === null && survey.firstNul === null ? declaredEncoding(survey.head) : null;
  if (declared !== null) return { label: declared, markBytes: 0 };
  if (survey.invalid !== null && survey.firstNul !== null) {
    throw new FileRejection('E_NOT_TEXT', { because: `The file contains binary data (NUL byte at offset ${survey.firstNul}), not text`, details: { offset: survey.firstNul } });
  }
  if (survey.invalid !== null) throw await describeInvalid(source, survey);
  return mark ?? { label: 'utf-8', markBytes: 0 };
}

/** What an XML declaration says, where it is another encoding than UTF-8. One that can be read cannot be UTF-16. */
function declaredEncoding(head: Uint8Array): string | null {
  const declaration = /^<\?xml\s[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([A-Za-z0-9._-]{1,40})["']/.exec(Buffer.from(head).toString('latin1'));
  if (declaration === null) return null;
  const label = encodingLabel(declaration[1]!);
  return label === 'utf-8' || label.startsWith('utf-16') ? null : label;
}

/** Names line and column of the first bytes that are no UTF-8: the text before them is read as the import would read it. */
async function describeInvalid(source: SourceFile, survey: ByteSurvey): Promise<FileRejection> {
  const { offset, byte, atEnd } = survey.invalid!;
  const decoder = new TextDecoder('utf-8');
  let seen = 0;
  let breaks = 1;
  let table = true;
  let last = '';
  let reader: RecordReader | null = null;
  let headers: readonly string[] = [];
  for await (const chunk of source.read()) {
    const text = decoder.decode(chunk.subarray(0, Math.max(0, offset - seen)), { stream: true });
    seen += chunk.length;
    if (reader === null) {
      table = !/^[<{[]/.test(text.trimStart());
      const { delimiter, fromSepLine } = detectDialect(text, ['catalog', 'sessions'], 0);
      reader = new RecordReader(delimiter, ({ fields }) => {
        if (headers.length === 0) headers = fields.map((name) => name.trim());
      }, fromSepLine ? 1 : 0);
    }
    reader.write(text);
    breaks += (text.match(/\r\n|\r|\n/g)?.length ?? 0) - (last === '\r' && text.startsWith('\n') ? 1 : 0);
    last = text.at(-1) ?? last;
  }
  const { line, field } = table ? reader?.position ?? { line: 1, field: 0 } : { line: breaks, field: 0 };
  const column = table ? headers[field] ?? null : null;
  const guess = atEnd ? null : guessEncoding(survey.sample);
  const place = `line ${line} (${table ? `column "${column ?? field + 1}", ` : ''}byte 0x${byte.toString(16).toUpperCase()} at offset ${offset})`;
  const because = atEnd
    ? `The file ends in the middle of a UTF-8 character: ${place}. It may be truncated: download it again.`
    : `Not valid UTF-8 at ${place}. It looks like ${nameEncoding(guess!)}. Nothing was imported.`;
  return new FileRejection('E_ENCODING', { line, column, because, details: { byte: `0x${byte.toString(16).toUpperCase()}`, offset, guess } });
}

