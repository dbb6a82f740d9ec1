import type { FoldedIndex } from "../fields/folded-indexes.ts";
import type { Condition } from "./query.ts";

type TextCondition = Extract<Condition, { kind: "text" }>;

/** The settings of a field whose index serves the comparison, the most selective first. */
export function foldedIndexes({ op, folding }: TextCondition): readonly FoldedIndex[] {
  if (op === "equals" && folding === "case") return ["indexed_ignore_case", "indexed_ignore_accents"];
  // Texts that are equal without case are so without case and accents.
  return folding && (op === "equals" || op === "starts_with") ? ["indexed_ignore_accents"] : [];
}
