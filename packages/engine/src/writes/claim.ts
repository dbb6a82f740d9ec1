import type { Json, Mutation } from "@plinth/core";

/** A request's hold on its idempotency key, from before its write until its answer is stored. */
export interface Claim {
  /** Fails the write where another request has taken the key over. */
  readonly guard: Mutation;
  /** Marks the key's write as done, in the same batch as the write itself. */
  commit(outcome: Outcome): Mutation;
}

/** What an answer can be made from again: `{"$row": [slug, id]}` stands for an item as its caller may see it. */
export interface Outcome {
  readonly created: boolean;
  readonly body: { readonly [key: string]: Json };
}

/** What an upsert did with an item. */
export type UpsertOutcome = "inserted" | "updated" | "ignored";

export function rowOutcome(slug: string, id: string): Json {
  return { $row: [slug, id] };
}
