/**
 * What texts are compared by where case, or case and accents, do not count. The tables are made from the runtime's
 * Unicode data, but only for letters whose data never changes again, so every runtime makes the same ones.
 */
export type Folding = "case" | "accents";

/** Unicode's simple case folding, `Σ σ ς` → `σ`; with accents, also the letter below the marks: `Ü` → `u`. */
export function foldText(text: string, folding: Folding): string {
  const lowered = lowerAscii(text);
  if (IS_ASCII.test(lowered)) return lowered;
  const { letters } = tableOf(folding);
  const folded = lowered.replace(NOT_ASCII, (letter) => letters.get(letter) ?? letter);
  return folding === "accents" ? spellOut(folded) : folded;
}

/**
 * The letters that become part of the folded text `wanted` when they are folded: to find it in a text, no others need to
 * be. Each letter of `from` becomes the one at its place in `to`, and goes where `to` has none.
 */
export function lettersFoldedInto(wanted: string, folding: Folding): { from: string; to: string } {
  const { sources } = tableOf(folding);
  const targets = new Set(folding === "accents" ? [...wanted, ...Object.keys(SPELLED_OUT)] : wanted);
  let from = "";
  let to = "";
  for (const target of targets) {
    for (const source of sources.get(target) ?? []) {
      from += source;
      to += target;
    }
  }
  return { from: folding === "accents" ? from + MARKS : from, to };
}

/** Characters of a text that its case key covers: each has a few spellings, so all of the key's can be listed. */
export const CASE_KEY_CHARS = 6;

/**
 * The case keys of all texts that equal `text` without case. A key is the text's first characters with A to Z as small
 * letters, which every engine can index.
 */
export function caseKeysOf(text: string): string[] {
  const { sources } = tableOf("case");
  const letters = [...foldText(text, "case")].slice(0, CASE_KEY_CHARS);
  return letters.reduce<string[]>(
    (keys, letter) => keys.flatMap((key) => [letter, ...(sources.get(letter) ?? [])].map((one) => key + one)),
    [""],
  );
}

/** Characters of a text that its accent key covers, where each becomes one. */
export const ACCENT_KEY_CHARS = 12;

/** The longest accent key: its first two characters may each become two. */
const LONGEST_ACCENT_KEY = ACCENT_KEY_CHARS + 2;

/**
 * The accent keys of all texts that equal `text` without case and accents. A key is a beginning of the folded text, which
 * is shorter where the text has letters that the key knows nothing about.
 */
export function accentKeysOf(text: string): string[] {
  const letters = [...foldText(text, "accents")].slice(0, LONGEST_ACCENT_KEY);
  return ["", ...letters.map((_, i) => letters.slice(0, i + 1).join(""))];
}

/** Follows every accent key that begins with a text, if it is put after that text. */
export const AFTER_ACCENT_KEYS = "\u{10ffff}".repeat(LONGEST_ACCENT_KEY + 1);

/** Each character of a range as it is without case and accents; `ß`, `æ` and `œ` are not yet two letters. */
export function bareLetters(first: number, last: number): string {
  const { letters } = tableOf("accents");
  return Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i))
    .map((letter) => letters.get(letter) ?? letter)
    .join("");
}

/** Letters that stand for two; replaced after all others. */
export const SPELLED_OUT: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe" };

interface FoldingTable {
  readonly letters: ReadonlyMap<string, string>;
  /** The reverse, without the marks, which become nothing. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
}

const tables = new Map<Folding, FoldingTable>();

function tableOf(folding: Folding): FoldingTable {
  let table = tables.get(folding);
  if (!table) {
    table = makeTable(folding === "case" ? foldedLetter : bareLetter);
    if (folding === "accents") for (const mark of MARKS) (table.letters as Map<string, string>).set(mark, "");
    tables.set(folding, table);
  }
  return table;
}

function makeTable(fold: (letter: string) => string): FoldingTable {
  const letters = new Map<string, string>();
  const sources = new Map<string, string[]>();
  for (const [first, last] of LETTERS) {
    for (let code = first; code <= last; code++) {
      const letter = String.fromCodePoint(code);
      const folded = fold(letter);
      if (folded === letter || MARKS.includes(letter)) continue;
      letters.set(letter, folded);
      sources.set(folded, [...(sources.get(folded) ?? []), letter]);
    }
  }
  return { letters, sources };
}

/** Letters with a case or an accent as of Unicode 15. Blocks end where later versions added letters. */
const LETTERS: readonly (readonly [number, number])[] = [
  [0x80, 0x52f],
  [0x531, 0x587],
  [0x10a0, 0x10ff],
  [0x13a0, 0x13fd],
  [0x1c80, 0x1c88],
  [0x1c90, 0x1cbf],
  [0x1e00, 0x1fff],
  [0x2126, 0x2132],
  [0x2160, 0x2188],
  [0x24b6, 0x24e9],
  [0x2c00, 0x2cf3],
  [0xa640, 0xa69b],
  [0xa722, 0xa7ca],
  [0xab70, 0xabbf],
  [0xff21, 0xff5a],
  [0x10400, 0x104fb],
];

/** Combining diacritical marks. */
const MARKS = String.fromCodePoint(...Array.from({ length: 0x70 }, (_, i) => 0x300 + i));
const IS_MARK = /[\u0300-\u036f]/g;

/** Letters whose stroke or missing dot is no combining mark in Unicode. */
const STROKES: Readonly<Record<string, string>> = { ø: "o", ł: "l", đ: "d", ð: "d", ħ: "h", ŧ: "t", ı: "i" };

function foldedLetter(letter: string): string {
  // Its capital is the Latin I, whose small letter is i: another letter in Turkish, and another in Unicode's folding.
  if (letter === "ı") return letter;
  const upper = letter.toUpperCase();
  const lower = (isOne(upper) ? upper : letter).toLowerCase();
  return isOne(lower) ? lower : letter;
}

function bareLetter(letter: string): string {
  const folded = foldedLetter(letter);
  const bare = folded.normalize("NFD").replace(IS_MARK, "");
  const base = isOne(bare) ? foldedLetter(lowerAscii(bare)) : folded;
  return STROKES[base] ?? base;
}

function isOne(letter: string): boolean {
  return [...letter].length === 1;
}

function spellOut(text: string): string {
  return text.replace(/[ßæœ]/g, (letter) => SPELLED_OUT[letter]!);
}

const IS_ASCII = /^\p{ASCII}*$/u;
const NOT_ASCII = /\P{ASCII}/gu;

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
