import * as z from "../kernel/zod.ts";

const MAX_REQUESTS = 100;

const requestId = z.string().min(1).max(100);

/** What to undo: one of the three. */
export const undoSchema = z.strictObject({
  request_id: requestId.optional().describe("The x-request-id of the answer to the request to undo"),
  requests: z.array(requestId).min(1).max(MAX_REQUESTS).optional().describe("Several requests, undone as one"),
  item: z
    .strictObject({ collection: z.string(), id: z.string() })
    .optional()
    .describe("The item to bring back to an earlier version"),
  to: z.string().optional().describe("With item: the position of the version, as its history names it"),
  if_version: z
    .int()
    .min(1)
    .optional()
    .describe("With item: the version that it must have, so that no change of somebody else is written over"),
  dry_run: z.boolean().optional().describe("Say what would be done, and do nothing"),
  on_conflict: z
    .enum(["refuse", "skip"])
    .optional()
    .describe("What happens where an item has changed since: nothing at all (the default), or nothing to this item"),
});

export type UndoInput = z.output<typeof undoSchema>;
