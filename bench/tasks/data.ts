/** The data of the tasks, the same in each product. */

export const COUNT = 500;
export const GENRES = ["novel", "essay", "poetry"] as const;
export const AUTHORS = ["ann", "bo"] as const;
export const TAGS = ["sea", "city", "war"] as const;

export interface Book {
  readonly title: string;
  readonly genre: (typeof GENRES)[number];
  readonly year: number;
  readonly in_print: boolean;
  readonly shelf: string;
  readonly place: string;
}

/** Books of everybody, in the order in which they are made. The first ones are Ann's, then come Bo's, the rest is nobody's. */
export function books(): Book[] {
  return Array.from({ length: COUNT }, (_, i) => ({
    title: `Book ${i + 1}`,
    genre: GENRES[i % GENRES.length]!,
    year: 1950 + ((i * 11) % 70),
    in_print: i % 5 !== 0,
    shelf: `A${i % 9}`,
    place: ["Oslo", "Porto", "Lviv"][i % 3]!,
  }));
}

const OWN = { ann: [0, 12], bo: [12, 20] } as const;

export const booksOf = (author: (typeof AUTHORS)[number]): Book[] => books().slice(...OWN[author]);
export const booksOfNobody = (): Book[] => books().slice(OWN.bo[1]);

/** The three conditions. */
export const SINCE = 2015;
export const found = books().filter(({ genre, year, in_print }) => genre === "novel" && year > SINCE && in_print);

/** The value that 500 rows get. */
export const NEW_SHELF = "B1";

/** Whose last change is taken back; nothing else is called so. */
export const RESTORED = { ...books()[76]!, changedPlace: "Nowhere" };

const BAD: Readonly<Record<number, string>> = { 7: "nineteen", 18: "19x7", 31: "last year" };
const ROWS = 40;

/** Three of its years are none. */
export const filmFile = {
  name: "films.csv",
  text: [
    "Title,Year,Genre",
    ...Array.from({ length: ROWS }, (_, i) => `Film ${i},${BAD[i] ?? 1960 + i},drama`),
    "",
  ].join("\n"),
};
export const mendedYears = Object.keys(BAD).map((i) => String(1960 + Number(i)));
export const filmYears = Array.from({ length: ROWS }, (_, i) => 1960 + i);

/** The number in a book's title, to compare lists whose order differs. */
export const sorted = (titles: readonly string[]): string[] =>
  titles.toSorted((a, b) => Number(a.split(" ")[1]) - Number(b.split(" ")[1]));
