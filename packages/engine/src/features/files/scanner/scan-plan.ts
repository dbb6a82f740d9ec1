import type { Collection, Row, SqlQuery } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { isClosedByPreset } from "../file-access.ts";
import type { BucketRow } from "../repository.ts";
import { findUnaccepted, insertUnaccepted } from "./repository.ts";
import { firstAttempt } from "./scan-contents.ts";

/** What a content brings along that its bucket has scanned. */
export interface ScanPlan {
  /** Of the item, with the content. */
  readonly state: Row;
  /** For the batch that gives the content to the file. */
  queries(content: string, file: string): SqlQuery[];
}

interface NewContent {
  readonly collection: Collection;
  /** What the item is given, beside what follows from the bytes. */
  readonly values: Row;
  readonly size: number;
  /** The file as it was: its content and state. Undefined: there was none. */
  readonly before: Row | undefined;
}

const NOT_SCANNED: ScanPlan = { state: {}, queries: () => [] };

/** In a bucket with a scanner each new content begins in quarantine, so that nobody reads it before it is accepted. */
export async function planScan(
  ctx: RequestContext,
  bucket: Pick<BucketRow, "scan">,
  { collection, values, size, before }: NewContent,
): Promise<ScanPlan> {
  if (!bucket.scan) return NOT_SCANNED;
  const { driver, principal, engine } = ctx;
  const opens = !isClosedByPreset(ctx, collection, values) && (await wasOpen(ctx, before));
  return {
    state: { state: "quarantined" },
    queries: (content, file) => [
      insertUnaccepted(driver, {
        content,
        workspaceId: principal.workspaceId,
        file,
        opens,
        ...firstAttempt(engine, size),
        createdAt: engine.clock.now(),
      }),
    ],
  };
}

/** Nothing but the scanner keeps the file in quarantine, if it is there. */
async function wasOpen({ driver }: RequestContext, before: Row | undefined): Promise<boolean> {
  if (!before || before.state === "ready") return true;
  return (await findUnaccepted(driver, before.content as string))?.opens ?? false;
}
