/**
 * ITU-T E.164: a plus, the country's prefix, and at most 15 digits in all. No shorter number than seven digits is in use.
 * Which numbers a country has assigned is not known here.
 */
const E164 = /^\+[1-9]\d{6,14}$/;

/** What people write between the digits. */
const SEPARATORS = /[\s().\-/\u00a0\u2010-\u2015]/g;

const MAX_WRITTEN = 40;

/** A phone number in the form of E.164, from one as people write it; undefined: it is none. */
export function parsePhoneNumber(text: string): string | undefined {
  if (text.length > MAX_WRITTEN) return undefined;
  const number = text.replace(SEPARATORS, "");
  return E164.test(number) ? number : undefined;
}

/** What an error says of a text that is no phone number. */
export const PHONE_NUMBER_FORM = "must be a phone number with its country's prefix, such as +4915112345678";
