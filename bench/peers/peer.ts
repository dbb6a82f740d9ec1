/** What a program is to the bench: how it starts, takes the rows, and is asked in each case. */
import type { Running } from "../process.ts";
import type { Load } from "../wrk.ts";

/** `default` is the program's own; at `full` each commit is on disk before its answer. */
export type Durability = "default" | "full";

export interface Place {
  /** Empty at first; what the program keeps there stays for its next start. */
  folder: string;
  port: number;
  /** Undefined: all of them. */
  core: number | undefined;
  durability: Durability;
}

export type CaseKey =
  | "get"
  | "get-own"
  | "list"
  | "list-few"
  | "list-half"
  | "list-with-one"
  | "insert"
  | "insert-alone"
  | "export"
  | "fat";

export type Request = Omit<Load, "url">;

/** An item of an answer: what the check looks at. */
export interface Row {
  title: unknown;
  rank: unknown;
  author?: unknown;
}

export interface Filled {
  requests: Partial<Record<CaseKey, Request>>;
  rowsOf(answer: string): Row[];
}

export interface Peer {
  name: string;
  /** What a commit waits for, in a few words; `full` is absent where it cannot be set. */
  durability: { default: string; full?: string };
  /** Installs what it needs, once. Answers why the program cannot be had here. */
  prepare(): Promise<string | undefined>;
  /** Resolves when the program answers `first`, or serves at all. */
  start(place: Place, first?: Request): Promise<Running>;
  /** Of the program that was started over an empty folder. */
  fill(running: Running, place: Place): Promise<Filled>;
}

export const JSON_TYPE = { "content-type": "application/json" };

export const get = (paths: string | string[], headers: Record<string, string> = {}): Request => ({
  method: "GET",
  paths: typeof paths === "string" ? [paths] : paths,
  headers,
});

export const post = (path: string, body: unknown, headers: Record<string, string> = {}): Request => ({
  method: "POST",
  paths: [path],
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify(body),
});

/** Sends a body in JSON and answers what came, which must be a 2xx. */
export async function send<T = unknown>(
  url: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  method = "POST",
): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: { ...JSON_TYPE, ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 500)}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** The rows of an answer that holds one or a list in `data`, with the relation as an object. */
export function rowsOfData(answer: string): Row[] {
  const { data } = JSON.parse(answer) as { data: DataRow | DataRow[] };
  return [data].flat().map(({ title, rank, author }) => ({ title, rank, author: author?.name }));
}

interface DataRow {
  title: unknown;
  rank: unknown;
  author?: { name: unknown };
}
