import type { Json, JsonObject } from "@plinth/core";

/** A case is a list of operations on an empty workspace, in the form in which it is printed, shrunk and replayed. */
export interface Case {
  /** Where it came from; the generator makes the same case of it again. */
  readonly seed: number;
  readonly operations: readonly Operation[];
}

export const CALLERS = ["admin", "alice", "bob", "anonymous"] as const;
export type Caller = (typeof CALLERS)[number];

/** The parameters of a read, before they become a query string. */
export interface ReadParameters {
  filter?: JsonObject;
  sort?: string;
  fields?: string;
  expand?: string | JsonObject;
  limit?: number;
  offset?: number;
  meta?: string;
}

/** The parameters of a write to many items. */
export interface WriteParameters {
  filter?: JsonObject;
  limit?: number;
  dry_run?: boolean;
  all?: boolean;
  on_conflict?: string;
  resolution?: string;
}

/** Bodies are plain JSON: the engine itself decides what is valid. */
export type Operation =
  | { do: "define"; definition: JsonObject }
  | { do: "change"; collection: string; change: JsonObject }
  | { do: "drop field"; collection: string; field: string }
  | { do: "rule"; rule: JsonObject }
  | { do: "create"; as: Caller; collection: string; body: Json }
  /** `version`: what `If-Match` says. */
  | { do: "patch"; as: Caller; collection: string; id: string; body: Json; version?: number }
  | { do: "replace"; as: Caller; collection: string; id: string; body: Json; version?: number }
  | { do: "delete"; as: Caller; collection: string; id: string; version?: number }
  | { do: "batch"; as: Caller; body: Json }
  | { do: "upsert"; as: Caller; collection: string; parameters: WriteParameters; body: Json }
  | { do: "patch all"; as: Caller; collection: string; parameters: WriteParameters; body: Json }
  | { do: "delete all"; as: Caller; collection: string; parameters: WriteParameters }
  | { do: "get"; as: Caller; collection: string; id: string; parameters: ReadParameters }
  /** `pages`: page by cursor, at most that far. */
  | { do: "list"; as: Caller; collection: string; parameters: ReadParameters; pages?: number }
  | { do: "aggregate"; as: Caller; collection: string; body: JsonObject };

export const WRITES: ReadonlySet<Operation["do"]> = new Set([
  "define",
  "change",
  "drop field",
  "create",
  "patch",
  "replace",
  "delete",
  "batch",
  "upsert",
  "patch all",
  "delete all",
]);

/** What an operation gave: an answer, a refusal that a caller is meant to see, or a failure that nobody is. */
export type OperationResult =
  | { readonly answer: Json }
  | { readonly refused: string; readonly field?: string }
  | { readonly crashed: string };
