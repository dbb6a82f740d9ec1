import { anonymous, invalid, type JsonObject, MOST_FILE_BYTES } from "@plinth/core";
import { refuseOn } from "../../../commit/commit.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import * as z from "../../../kernel/zod.ts";
import { storeOf } from "../object-store.ts";
import type { FilePrecondition } from "../precondition.ts";
import { as } from "../signed/sign-file.ts";
import { beginUpload } from "../uploads/begin-upload.ts";
import { completeUpload } from "../uploads/complete-upload.ts";
import { abortUpload } from "../uploads/end-upload.ts";
import { countParts, findUploadRow, putParts } from "../uploads/repository.ts";
import { expiryOf, noSuchUpload } from "../uploads/state.ts";
import { type StoredPart, storePart } from "../uploads/store-parts.ts";
import type { StoredUpload } from "../write-file.ts";
import {
  arrivedParts,
  type DirectRow,
  type DirectUpload,
  describeDirect,
  isDirect,
  partsMissing,
  requireDirect,
} from "./direct-upload.ts";
import { requirePartUrl } from "./part-urls.ts";
import { DIRECT, DIRECT_IN_PARTS, type PlannedPart, plannedParts } from "./plan.ts";

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, "must be 64 hexadecimal digits")
  .optional()
  .describe("The SHA-256 that the file must have, in hexadecimal");

export const beginDirectSchema = z.strictObject({
  bucket: z.string(),
  path: z.string(),
  size: z.int().min(0).max(MOST_FILE_BYTES).describe("Bytes of the file"),
  content_type: z.string().max(255).optional().describe("What the file is, where its bytes do not show it"),
  sha256,
  metadata: z.record(z.string(), z.json()).nullish().describe("Of the file"),
  if_absent: z.boolean().optional().describe("Only if there is no file at the path"),
  if_match: z.string().max(100).optional().describe("Only if the file has this `ETag`, without quotes"),
  in_parts: z.boolean().optional().describe("In several parts, even if it is not large"),
});

export const completeDirectSchema = z.strictObject({ sha256 });

/** Begins a file whose bytes the client sends by URLs. Who may begin it is whoever may store it. */
export async function beginDirectUpload(
  ctx: RequestContext,
  input: z.output<typeof beginDirectSchema>,
): Promise<DirectUpload> {
  const { bucket, path, size, content_type: contentType, metadata } = input;
  const { id } = await beginUpload(ctx, {
    kind: input.in_parts ? DIRECT_IN_PARTS : DIRECT,
    ...{ bucket, path, size, contentType },
    sha256: input.sha256?.toLowerCase(),
    metadata: metadata as JsonObject | null | undefined,
    condition: conditionIn(input),
  });
  return describeDirect(ctx, await requireDirect(ctx, id));
}

function conditionIn({ if_absent, if_match }: z.output<typeof beginDirectSchema>): FilePrecondition | undefined {
  if (if_absent && if_match !== undefined) throw invalid("if_match", "cannot be beside if_absent");
  if (if_absent) return { absent: true };
  return if_match === undefined ? undefined : { contents: [if_match.replace(/^"(.*)"$/, "$1")] };
}

export interface DirectPartInput {
  readonly id: string;
  readonly number: number;
  readonly body: ReadableStream<Uint8Array>;
  /** Bytes that the client says it sends. */
  readonly length: number | undefined;
  /** Of a URL that was signed for the part; it counts in place of credentials. */
  readonly signed: URLSearchParams | undefined;
}

/** Takes a part by way of this server. */
export async function storeDirectPart(ctx: RequestContext, input: DirectPartInput): Promise<StoredPart> {
  const { id, number, body, length, signed } = input;
  const row = signed ? await findUploadRow(ctx.driver, ctx.principal.workspaceId, id) : await requireDirect(ctx, id);
  const part = row && isDirect(row) ? plannedParts(row).find((one) => one.number === number) : undefined;
  if (signed) await requirePartUrl(ctx, { row, part, parameters: signed });
  if (!part) throw invalid("number", "is not that of a part of this upload");
  if (length !== undefined && length !== part.size)
    throw invalid("content-length", `must be ${part.size}, the size of part ${number}`);
  // The rules were asked when the upload began, and are asked again at its end.
  const sender = signed ? as(ctx, { ...anonymous(ctx.principal.workspaceId), bypass: true }) : ctx;
  return storePart(sender, id, { number, body, size: part.size });
}

/** Makes it a file, once all parts have arrived: length, hash and type are found in the stored bytes, and the rules of this moment decide. */
export async function completeDirectUpload(
  ctx: RequestContext,
  id: string,
  { sha256: given }: z.output<typeof completeDirectSchema>,
): Promise<StoredUpload> {
  const row = await requireDirect(ctx, id);
  if (row.state === "open" && !row.joined) await requireAllParts(ctx, row);
  return completeUpload(ctx, id, { sha256: given?.toLowerCase() });
}

async function requireAllParts(ctx: RequestContext, row: DirectRow): Promise<void> {
  const arrived = new Map((await arrivedParts(ctx, row)).map((part) => [part.number, part]));
  const planned = plannedParts(row);
  const missing = planned.filter(({ number, size }) => arrived.get(number)?.size !== size);
  if (missing.length > 0) throw partsMissing(missing);
  const { capabilities } = await storeOf(ctx.engine);
  if (capabilities.presign) await noteParts(ctx, row, planned, arrived);
}

/** What the store has told of the parts. */
async function noteParts(
  { driver, engine }: RequestContext,
  row: DirectRow,
  planned: readonly PlannedPart[],
  arrived: ReadonlyMap<number, { readonly etag: string }>,
): Promise<void> {
  const { id: upload, workspaceId } = row;
  const label = "open upload";
  const notes = planned.map(({ number, size }) => {
    const { etag } = arrived.get(number)!;
    return { workspaceId, upload, number, size, etag, md5: null, checksum: null };
  });
  const count = countParts(driver, { id: upload, expiresAt: expiryOf(row, engine.clock.now()), label });
  await driver.batch([...putParts(driver, notes), ...count]).catch(refuseOn("guard", noSuchUpload));
}

/** Ends it, and removes what has arrived. */
export async function abortDirectUpload(ctx: RequestContext, id: string): Promise<{ id: string }> {
  await requireDirect(ctx, id);
  await abortUpload(ctx, id);
  return { id };
}
