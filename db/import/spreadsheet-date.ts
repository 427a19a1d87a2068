/** `1-Mar`, `01-Mar-24`, `Mar-01`: what spreadsheets make of `1-3` and `MAR1`; English, German, French and Spanish months. */
const month = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mrz|mär|mai|okt|dez|janv|févr|mars|avr|juin|juil|août|sept|déc|ene|abr|ago|dic)\\.?';
export const spreadsheetDate = new RegExp(`^(?:\\d{1,2}[-. ]${month}(?:[-. ]\\d{2,4})?|${month}[- ]\\d{2,4})$`, 'iu');
