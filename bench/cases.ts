/** What is measured, and what is asked for. */
import type { CaseKey, Filled, Row } from "./peers/peer.ts";
import { LINES, NEW_ITEM, SAMPLE } from "./rows.ts";

export interface Case {
  key: CaseKey;
  name: string;
  /** 32 where it is not said. */
  connections?: number;
  /** What a request counts for; the unit of the figures is then a row. */
  rowsPerRequest?: number;
  /** Plinth's requests per second divided by another program's, by the beginning of its name. */
  atLeast: Readonly<Record<string, number>>;
  /** Plinth's requests per second on the machine of the README. */
  perSecond?: number;
  /** Whether the answer for a path, by its position, is right. */
  right(answer: { status: number; text: string }, rowsOf: Filled["rowsOf"], position: number): boolean;
}

/** A list of 20: the first and the second row tell that the filter, the sort and the rule were kept. */
const listOf = (first: Row, second: Row): Case["right"] => {
  return ({ status, text }, rowsOf) => {
    const rows = status === 200 ? rowsOf(text) : [];
    return rows.length === 20 && same(rows[0], first) && same(rows[1], second);
  };
};
const item = (rank: number): Row => ({ title: `Item ${rank}`, rank });
const one: Case["right"] = ({ status, text }, rowsOf, position) => {
  return status === 200 && same(rowsOf(text)[0], item(SAMPLE[position]!));
};
const inserted: Case["right"] = ({ status, text }, rowsOf) => {
  return (status === 200 || status === 201) && same(rowsOf(text)[0], NEW_ITEM);
};
/** A line for each item, each with its title once. */
const exported: Case["right"] = ({ status, text }) => {
  const lines = status === 200 ? text.trimEnd().split("\n") : [];
  return new Set(lines.map((line) => (JSON.parse(line) as Row).title)).size === LINES && lines.length === LINES;
};

/** Of all programs. */
export const CASES: readonly Case[] = [
  { key: "get", name: "get by id", atLeast: { plain: 0.65, PocketBase: 3 }, right: one },
  { key: "get-own", name: "get by id, user and owner rule", atLeast: { plain: 0.65, PocketBase: 3 }, right: one },
  {
    key: "list",
    name: "list 20 of 10,000, filter, sort and rule",
    atLeast: { plain: 0.7, PocketBase: 5 },
    right: listOf(item(100), item(102)),
  },
  {
    key: "list-few",
    name: "list 20 under the owner rule, owner of 1 %",
    atLeast: { plain: 0.7, PocketBase: 5 },
    right: listOf(item(1), item(101)),
  },
  {
    key: "list-half",
    name: "list 20 under the owner rule, owner of half",
    atLeast: { plain: 0.7, PocketBase: 5 },
    perSecond: 6000,
    right: listOf(item(0), item(2)),
  },
  {
    key: "list-with-one",
    name: "list 20 with a to-one relation",
    atLeast: { plain: 0.7, PocketBase: 5 },
    right: listOf({ title: "Book 0", rank: 0, author: "Author 0" }, { title: "Book 1", rank: 1, author: "Author 1" }),
  },
  { key: "insert", name: "insert", atLeast: { plain: 1.5, PocketBase: 4 }, right: inserted },
];

/** Of Plinth and the plain program. */
export const MORE: readonly Case[] = [
  { key: "insert-alone", name: "insert, 1 connection", connections: 1, atLeast: {}, right: inserted },
  {
    key: "export",
    name: "export of 100,000, rows",
    connections: 1,
    rowsPerRequest: LINES,
    atLeast: {},
    right: exported,
  },
  {
    key: "fat",
    name: "list 20 of 100 KB each",
    atLeast: {},
    right: listOf({ title: "Fat 0", rank: 0 }, { title: "Fat 1", rank: 1 }),
  },
];

/** The name of the program that shows what the machine can do. */
export const PLAIN = "plain";

/** No case may be behind another product's; beside the plain program the figure is only printed, unless a case sets one. */
export function leastOf({ atLeast }: Case, program: string): number {
  const given = Object.entries(atLeast).find(([beginning]) => program.startsWith(beginning))?.[1];
  return given ?? (program === PLAIN ? 0 : 1);
}

function same(row: Row | undefined, expected: Row): boolean {
  return (
    row !== undefined && row.title === expected.title && row.rank === expected.rank && row.author === expected.author
  );
}
