import type { ACTIONS } from "@plinth/core";

/** What a function may do with files. */
export const FILE_ACTIONS = ["read", "create", "update", "delete"] as const satisfies (typeof ACTIONS)[number][];

export type FileAction = (typeof FILE_ACTIONS)[number];
