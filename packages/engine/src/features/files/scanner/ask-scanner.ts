import { type JsonObject, type Row, uuidv7 } from "@plinth/core";
import { decisionIn, hookAnswer, hookFailureReason, sendHook } from "../../../identity/hooks/call-hook.ts";
import { authSettingsOf } from "../../../identity/settings/auth-settings.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { scanUrl } from "./scan-url.ts";

/** What a scanner says of a content, or why it has said nothing. */
export type ScanAnswer =
  | { readonly decision: "allow" }
  | { readonly decision: "deny"; readonly reason: string | null }
  | { readonly failure: string };

/** Characters of a reason that are kept. */
const MOST_REASON = 500;

/** Asks the scanner of the workspace about the content that a file has now. */
export async function askScanner(ctx: RequestContext, file: Row, timeoutMs: number): Promise<ScanAnswer> {
  const { engine, driver, principal } = ctx;
  const { workspaceId } = principal;
  const { hooks } = await authSettingsOf(engine, driver, workspaceId);
  const url = hooks.file_scan;
  if (url === null) return { failure: "no scanner" };
  const at = engine.clock.now();
  const message = { workspaceId, hook: "file_scan", url, secretIds: hooks.secret_ids, id: uuidv7(at), at } as const;
  const data = { workspace: workspaceId, ...factsOf(file), ...(await scanUrl(ctx, file)) };
  try {
    const answer = await sendHook(engine, driver, { ...message, data, timeoutMs }, hookAnswer);
    return decisionIn(answer) === "allow" ? { decision: "allow" } : { decision: "deny", reason: reasonIn(answer) };
  } catch (error) {
    return { failure: hookFailureReason(error) };
  }
}

function factsOf({ id, bucket, path, name, content, size, content_type, sha256 }: Row): JsonObject {
  return { file_id: id, version: content, bucket, path, name, size, content_type, sha256 } as JsonObject;
}

function reasonIn({ reason }: JsonObject): string | null {
  return typeof reason === "string" && reason !== "" ? reason.slice(0, MOST_REASON) : null;
}
