import type { Json } from "../json.ts";

/** The content of a rule, as it is stored and served. */
export const ACTIONS = ["read", "create", "update", "delete"] as const;
export type Action = (typeof ACTIONS)[number];

export interface Rule {
  id: string;
  role: string;
  /** A collection's slug, or `*`. */
  collection: string;
  action: Action;
  effect: "allow" | "deny";
  /** The condition language of the `filter` parameter; null means always. */
  condition: Json | null;
  /** Fields that the rule allows (or denies); null means all. */
  fields: string[] | null;
  /** Values for fields that a create omits; may name variables. */
  presets: Record<string, Json> | null;
  /** Must hold for the resulting row of a create or update; null falls back to `condition`. */
  check: Json | null;
}
