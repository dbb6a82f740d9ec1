import { ACCENT_KEY_CHARS, bareLetters } from "@plinth/core";
import { literal } from "./dialect.ts";
import { spelledOut } from "./spelled-out.ts";

/** What the key's expression uses of an engine. Both functions take SQL and return SQL. */
interface KeyFunctions {
  /** The code point of a character. */
  codeOf(character: string): string;
  /** A to Z as small letters, and nothing else. */
  lower(text: string): string;
}

/**
 * A beginning of the folded text, as engines can index it: an expression without subqueries, and short enough to stand in
 * each statement that uses the index. The first two characters are looked up in tables. Behind them the key goes on as
 * long as the characters need no table. So the keys of all texts that are equal without case and accents begin the same
 * folded text: see `accentKeysOf`.
 */
export function accentKey(column: string, functions: KeyFunctions): string {
  const [first, second] = [1, 2].map((i) => bareCharacter(`substr(${column}, ${i}, 1)`, functions));
  const rest = `substr(${column}, 3, ${ACCENT_KEY_CHARS - 2})`;
  const plain = `substr(${rest}, 1, length(${rest}) - length(ltrim(${rest}, ${plainCharacters()})))`;
  const key = `coalesce(${first} || coalesce(${second} || ${functions.lower(plain)}, ''), '')`;
  return `case when ${column} is not null then ${spelledOut(key)} end`;
}

/** Null where the key ends before the character, as it may change in a manner that no table here holds. */
function bareCharacter(character: string, { codeOf, lower }: KeyFunctions): string {
  const code = codeOf(character);
  const cases = [
    `when ${code} < ${TABLES[0]![0]} then ${lower(character)}`,
    ...TABLES.map(([first, last]) => {
      const table = literal(bareLetters(first, last));
      return `when ${code} between ${first} and ${last} then substr(${table}, ${code} - ${first - 1}, 1)`;
    }),
    `when ${code} between ${MARKS[0]} and ${MARKS[1]} then ''`,
    ...UNKNOWN.map(([first, last]) => `when ${code} between ${first} and ${last} then null`),
  ];
  return `case ${cases.join(" ")} else ${character} end`;
}

type Range = readonly [first: number, last: number];

/** Latin; Greek, Cyrillic and Armenian; Vietnamese and old Greek. */
const TABLES: readonly Range[] = [
  [0xb5, 0x24f],
  [0x370, 0x587],
  [0x1e00, 0x1fff],
];
const MARKS: Range = [0x300, 0x36f];
/** Blocks with other letters that have a case or an accent. */
const UNKNOWN: readonly Range[] = [
  [0x10a0, 0x1dff],
  [0x2126, 0x2cf3],
  [0xa640, 0xabbf],
  [0xff21, 0xff3a],
  [0x10400, 0x104ff],
];

const PLAIN: readonly Range[] = [
  [0x20, 0x7e],
  [0x3b1, 0x3c9],
  [0x430, 0x45f],
];
let plain: string | undefined;

/**
 * Characters that stay as they are, but for A to Z: ASCII, and the small letters of Greek and Cyrillic. Made when it is
 * first used: the tables behind it take a tenth of a server's start.
 */
function plainCharacters(): string {
  plain ??= literal(
    PLAIN.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i))
      .filter((code) => code < 0x7f || bareLetters(code, code) === String.fromCodePoint(code))
      .map((code) => String.fromCodePoint(code))
      .join(""),
  );
  return plain;
}
