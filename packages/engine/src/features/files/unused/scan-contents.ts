import { and, uuidv7 } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { findBuiltIn } from "../../../write/built-in-items.ts";
import { contentsCollection } from "../contents.ts";
import { giveUpKept } from "../kept/kept.ts";
import { beginScan, findScan, moveScan } from "../scan/repository.ts";
import { countUncounted } from "./count-uncounted.ts";
import { idsOf, keepClosed, markContents } from "./mark-contents.ts";

/** Contents of one slice: D1 takes a thousand statements in a request. */
const SLICE = 200;

/** The contents of the workspace are gone through, from the first one on. */
export async function scanAgain({ driver, engine, principal }: RequestContext): Promise<void> {
  await driver.run(beginScan(driver, principal.workspaceId, uuidv7(engine.clock.now())));
}

/**
 * Goes on with what was begun after an upgrade, a loss of the change log or the end of a bucket: whatever a content lacks is made good, so that a
 * content which is looked at twice makes no difference. True: there are more.
 */
export async function scanContents(ctx: RequestContext): Promise<boolean> {
  const { driver, principal } = ctx;
  const at = await findScan(driver, principal.workspaceId);
  if (!at) return false;
  const contents = contentsCollection(ctx);
  const rows = await findBuiltIn(ctx, contents, { where: and(), limit: SLICE, after: at.after || undefined });
  await countUncounted(ctx, rows);
  const ids = idsOf(rows);
  // Of those that are marked, it is known already.
  await keepClosed(ctx, idsOf(rows.filter(({ unused_since: since }) => since === null)));
  await markContents(ctx, ids);
  await giveUpKept(ctx, contents, ids);
  await moveScan(driver, at, rows.length === SLICE ? ids.at(-1) : undefined);
  return rows.length === SLICE;
}
