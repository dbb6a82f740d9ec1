/** The settings of a field that make an index on its texts without case, or without case and accents. */
export const FOLDED_INDEXES = ["indexed_ignore_case", "indexed_ignore_accents"] as const;
export type FoldedIndex = (typeof FOLDED_INDEXES)[number];
