import { type HeldLock, type RequestContext, releaseKey, type UndoInput, undo, undoSchema } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { answerWithStatus, keyIn } from "../../http/answer-write.ts";
import { defineRoute } from "../../http/define-route.ts";
import { answerOnce, type IdempotentAnswer } from "../../http/idempotency.ts";
import { COUNT, data, FLAG, type JsonSchema, listOf, nullable, object, TEXT } from "../../http/openapi/json-schema.ts";
import { answerWithProgress } from "../../http/progress.ts";

const REASONS = ["changed", "exists", "missing", "reference", "unique", "referenced", "invalid", "collection_deleted"];

const counts = { deleted: COUNT, changed: COUNT, restored: COUNT };

const result = (): JsonSchema =>
  object({
    request_id: nullable(TEXT),
    dry_run: FLAG,
    changes: COUNT,
    ...counts,
    collections: { type: "object", additionalProperties: object(counts) },
    skipped: COUNT,
    conflicts: listOf(
      object({
        collection: nullable(TEXT),
        item: TEXT,
        reason: { type: "string", enum: REASONS },
        fields: listOf(TEXT),
        "message?": TEXT,
      }),
    ),
    conflicts_total: COUNT,
    atomic: FLAG,
    "stopped?": object({ code: TEXT, message: TEXT }),
  });

/** `/api/changes/undo`: takes back what requests have changed. */
export const undoRoute = defineRoute("POST /api/changes/undo", {
  id: "undoChanges",
  tag: "Changes",
  summary: "Take back what requests have changed, or bring an item back to a version",
  access: "admin",
  scope: "changes",
  load: "import",
  idempotent: true,
  body: undoSchema,
  response: () => data(result()),
  errors: [
    "BEFORE_WRITE_FAILED",
    "NOT_FOUND",
    "COLLECTION_NOT_FOUND",
    "ITEM_NOT_FOUND",
    "CONFLICT",
    "GONE",
    "LIMIT_EXCEEDED",
    "UNIQUE_VIOLATION",
    "REFERENCE_NOT_FOUND",
    "REFERENCE_IN_USE",
    "PRECONDITION_FAILED",
  ],
  handle: (c, { body }) => answerUndo(c, body),
});

function answerUndo(c: Context<AppEnv>, body: UndoInput): Promise<Response> {
  const answerFor = answerWithStatus(200);
  return answerWithProgress(c, "undo", async (onProgress): Promise<IdempotentAnswer> => {
    const key = keyIn(c);
    if (key === null) return { answer: answerFor(await undo(c.env.ctx, body, onProgress)), replayed: false };
    return answerOnce(c, key, async (ctx: RequestContext, lock: HeldLock) => {
      const done = await undo({ ...ctx, lock: { ...lock, answerFor } }, body, onProgress);
      // It goes on when the request is sent again.
      if (done.stopped || done.dry_run) await releaseKey(ctx, lock);
      return answerFor(done);
    });
  });
}
