/** The tasks of people who work in an admin, and what a product says to each. */
import type { Hand, Page } from "./hand.ts";

export const TASKS = {
  import: "Import a CSV of 40 rows, and mend its three bad rows",
  rename: "Rename a field that has values",
  link: "Add a many-to-many from books to tags",
  find: "Find books by three conditions",
  change: "Change a value in 500 rows that had different ones",
  undo: "Undo that",
  own: "Let authors see only their own books",
  view: "See the books as one of those authors",
  refused: "Find why an author's request got 403",
  restore: "Restore the version of a book before its last change",
} as const;

export type TaskKey = keyof typeof TASKS;

export interface Doable {
  /** Where the task begins: on the first page of the admin, or where the task before has ended. */
  readonly from?: "first page" | "task before";
  /** What happens without the person, such as the request that gets a 403. */
  before?(): Promise<void>;
  /** What the person does, up to the sign that it is done. */
  run(hand: Hand): Promise<void>;
  /** Asks the API, or what is on the screen, whether it is done; throws if not. */
  check(page: Page): Promise<void>;
}

export interface NotDoable {
  /** What was looked for, and what there is instead. */
  readonly tried: string;
  /** Throws if the admin has what `tried` misses. */
  confirm?(page: Page): Promise<void>;
}

export type Attempt = Doable | NotDoable;

/** A product with the same data as the other one, and a browser tab in which its operator is signed in. */
export interface Product {
  readonly name: string;
  readonly page: Page;
  readonly tasks: Readonly<Record<TaskKey, Attempt>>;
  /** Opens the first page that somebody sees who is signed in. */
  openFirstPage(): Promise<void>;
  close(): Promise<void>;
}

/** Characters of a message. */
const LONG = 500;

/** Throws unless both are the same as JSON. */
export function requireSame(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`${what}: it is ${is?.slice(0, LONG)}, and should be ${should?.slice(0, LONG)}`);
}
