/** The rows that every program holds. */

export const ITEMS = 10_000;
export const AUTHORS = 100;
/** For the export, and for answers of 2 MB; Plinth and the plain program alone hold them. */
export const LINES = 100_000;
export const FAT = 100;
const FAT_CHARACTERS = 100_000;

export type User = "half" | "few";
export const USERS: readonly User[] = ["half", "few"];
export const PASSWORD = "correct horse battery";
export const emailOf = (user: string): string => `${user}@example.com`;

const BODY = "Lorem ipsum dolor sit amet, consectetur adipiscing elit. ".repeat(4);
export const NEW_ITEM = { title: "A new item", body: "Lorem ipsum dolor sit amet. ".repeat(8), rank: 5 };

export interface Post {
  title: string;
  body: string;
  rank: number;
  /** One user owns every second post, the other 1 of 100, nobody the rest. */
  owner: User | undefined;
}

export function posts(): Post[] {
  return times(ITEMS, (i) => ({
    title: `Item ${i}`,
    body: BODY,
    rank: i,
    owner: i % 2 === 0 ? "half" : i % 100 === 1 ? "few" : undefined,
  }));
}

/** Users see the published ones, every second. */
export function articles(): { title: string; body: string; rank: number; published: boolean }[] {
  return times(ITEMS, (i) => ({ title: `Item ${i}`, body: BODY, rank: i, published: i % 2 === 0 }));
}

export function authors(): { name: string }[] {
  return times(AUTHORS, (i) => ({ name: `Author ${i}` }));
}

/** `author` is the position of one of `authors()`. */
export function books(): { title: string; rank: number; author: number }[] {
  return times(ITEMS, (i) => ({ title: `Book ${i}`, rank: i, author: i % AUTHORS }));
}

export function lines(): { title: string; rank: number }[] {
  return times(LINES, (i) => ({ title: `Item ${i}`, rank: i }));
}

export function fatRows(): { title: string; body: string; rank: number }[] {
  return times(FAT, (i) => ({ title: `Fat ${i}`, body: "x".repeat(FAT_CHARACTERS), rank: i }));
}

/** The posts that are read by id: their positions. */
export const SAMPLE: readonly number[] = times(1000, (i) => i * 10);

export function batches<T>(rows: readonly T[], size: number): T[][] {
  return times(Math.ceil(rows.length / size), (i) => rows.slice(i * size, (i + 1) * size));
}

function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
