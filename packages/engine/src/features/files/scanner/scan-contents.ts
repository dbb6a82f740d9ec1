import { and, anonymous, DataError, type Mutation, type Row, type SqlDriver } from "@plinth/core";
import { insertSecurityEvent } from "@plinth/db";
import { recordRefusal } from "../../../identity/security-events.ts";
import type { Engine, RequestContext } from "../../../kernel/engine.ts";
import { contextOf } from "../../../kernel/request-context.ts";
import { retryPause } from "../../../kernel/retry-pause.ts";
import { hasId, hasValues } from "../../../read/conditions.ts";
import { changeBuiltIn, findBuiltIn, writeBuiltIn } from "../../../write/built-in-items.ts";
import { filesCollection } from "../file-items.ts";
import { askScanner, type ScanAnswer } from "./ask-scanner.ts";
import {
  askLater,
  deleteUnaccepted,
  findUnaccepted,
  mustBeClaimed,
  refuseContent,
  type WaitingContent,
} from "./repository.ts";

/** The schedule that asks about what waits. */
export const SCANNER_SCHEDULE = "files-scanner";
/** Of a file, whose upload waits for the answer. */
const BYTES_AT_ONCE = 8 * 1024 ** 2;
const UPLOAD_WAITS_MS = 5000;
/** Longer than a scanner may take; then another process asks, because the first one has died. */
export const LEASE_MS = 60_000;
export const PAUSES = { firstMs: 10_000, longestMs: 3_600_000 };
const CLAIMED = "claimed scan";
const CURRENT = "scanned content";

const isScannedAtOnce = (size: number): boolean => size <= BYTES_AT_ONCE;

/** What a new content begins with: where its upload asks, that is the first attempt. */
export function firstAttempt({ clock }: Engine, size: number): Pick<WaitingContent, "attempts" | "dueAt"> {
  const now = clock.now();
  return isScannedAtOnce(size) ? { attempts: 1, dueAt: now + LEASE_MS } : { attempts: 0, dueAt: now };
}

/** After the batch that stored a content: asks about a small one, and has the schedule ask about a large one. Never fails. */
export async function scanStored(
  { engine, driver }: RequestContext,
  { content, size }: { readonly content: string; readonly size: number },
): Promise<void> {
  try {
    if (!isScannedAtOnce(size)) return engine.scheduler.wake(SCANNER_SCHEDULE);
    const waiting = await findUnaccepted(driver, content);
    if (waiting) await scanContent(engine, driver, waiting, UPLOAD_WAITS_MS);
  } catch (error) {
    engine.log.warn("a new file could not be scanned at once; the schedule does it", { content, error });
  }
}

/** Asks about a content that was claimed, and stores the answer. */
export async function scanContent(
  engine: Engine,
  driver: SqlDriver,
  waiting: WaitingContent,
  timeoutMs: number,
): Promise<void> {
  const { content, workspaceId, attempts } = waiting;
  const ctx = await serverContext(engine, driver, workspaceId);
  const collection = filesCollection(ctx);
  const [file] = await findBuiltIn(ctx, collection, { where: hasId(collection, waiting.file), limit: 1 });
  const later = () => askLater(driver, waiting, engine.clock.now() + retryPause(Math.max(1, attempts), PAUSES));
  // As long as its bytes are kept, an undo may bring it back.
  if (file?.content !== content) return later();
  const answer = await askScanner(ctx, file, timeoutMs);
  if ("failure" in answer) {
    await noteFailure(ctx, waiting, answer.failure);
    return later();
  }
  if (!(await settle(ctx, { waiting, file, answer }))) await later();
}

/** With the server's own rights. */
async function serverContext(engine: Engine, driver: SqlDriver, id: string): Promise<RequestContext> {
  const catalog = await engine.catalogs.inAnyState(driver, id);
  return contextOf(engine, driver, { ...anonymous(id), bypass: true }, catalog);
}

/** Each attempt is in the log of the server, the first one in the security log too. */
async function noteFailure({ engine, driver }: RequestContext, waiting: WaitingContent, reason: string) {
  const { content, workspaceId, attempts, file } = waiting;
  engine.log.warn("a hook failed", { workspaceId, hook: "file_scan", reason, content, attempts });
  if (attempts > 1) return;
  const detail = { hook: "file_scan", reason };
  await recordRefusal(engine, driver, { workspaceId, type: "hook_failure", target: `file:${file}`, detail });
}

interface ScannedFile {
  readonly waiting: WaitingContent;
  readonly file: Row;
  readonly answer: Exclude<ScanAnswer, { failure: string }>;
}

/** Stores the answer. False: the file has other bytes meanwhile. */
async function settle(ctx: RequestContext, { waiting, file, answer }: ScannedFile): Promise<boolean> {
  const { driver } = ctx;
  const { content } = waiting;
  const allowed = answer.decision === "allow";
  const beside = [
    mustBeClaimed(driver, waiting, CLAIMED),
    ...(allowed ? [deleteUnaccepted(driver, [content])] : refusal(ctx, waiting, file, answer.reason)),
  ];
  try {
    await writeBuiltIn(ctx, { items: stateChange(ctx, waiting, allowed), beside, data: null });
    return true;
  } catch (error) {
    const guard = error instanceof DataError ? error.guard : undefined;
    // Another process has asked, and stores what it heard.
    if (guard === CLAIMED) return true;
    if (guard === CURRENT) return false;
    throw error;
  }
}

/** Of the item, if it still has the content that was scanned. An administrator may have opened it meanwhile. */
function stateChange(ctx: RequestContext, { file, content, opens }: WaitingContent, allowed: boolean): Mutation[] {
  const collection = filesCollection(ctx);
  const current = and(hasId(collection, file), hasValues(collection, ["content"], { content }));
  const guard: Mutation = { kind: "guard", label: CURRENT, collection, where: current, strict: true };
  if (allowed && !opens) return [guard];
  const [from, to] = allowed ? ["quarantined", "ready"] : ["ready", "quarantined"];
  const { where: _, ...update } = changeBuiltIn(ctx, collection, file, { state: to! });
  return [guard, { ...update, where: and(current, hasValues(collection, ["state"], { state: from! })) }];
}

function refusal({ driver, engine }: RequestContext, waiting: WaitingContent, file: Row, reason: string | null) {
  const { workspaceId, content } = waiting;
  const at = engine.clock.now();
  return [
    refuseContent(driver, waiting, { refusedAt: at, reason }),
    insertSecurityEvent(driver, {
      workspaceId,
      at,
      type: "hook_refusal",
      outcome: "failed",
      target: `file:${waiting.file}`,
      detail: { hook: "file_scan", bucket: file.bucket, path: file.path, version: content, reason },
    }),
  ];
}
