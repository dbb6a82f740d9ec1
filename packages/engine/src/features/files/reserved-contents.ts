import { type SqlQuery, uuidv7 } from "@plinth/core";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { Lru } from "../../kernel/lru.ts";
import { service } from "../../kernel/services.ts";
import { addLooseRow, type BucketRow } from "./repository.ts";

/**
 * Ids of contents whose rows of `loose` are stored before anybody sends their bytes. Where one upload follows the other, each stores the row
 * of the next one in the batch that makes its own file visible, so that the next one need not wait for a commit before its bytes may be stored.
 * Rows of ids that nobody took are removed as those of uploads that never ended.
 */

/** So soon after an upload the next one is expected. */
const BUSY_MS = 1000;
/** The row of an older one would soon look like that of an upload that takes too long. */
const KEEP_MS = 10_000;
const MOST_IDS = 64;
const MOST_WORKSPACES = 1000;

interface Reserved {
  began: number;
  readonly ids: { readonly id: string; readonly at: number }[];
}

export const newReservations = () => new Lru<string, Reserved>(MOST_WORKSPACES);

const reservations = service("reserved contents", (_: Engine) => newReservations());

/** The id of a content that is to be stored, and what its upload does for the next one. */
export interface ContentId {
  readonly id: string;
  /** It has its row already. */
  readonly isReserved: boolean;
  /** Undefined: no other upload is expected. */
  readonly next: NextContent | undefined;
}

export interface NextContent {
  /** Part of the batch that makes the file visible. */
  readonly query: SqlQuery;
  /** That batch was committed. */
  stored(): void;
}

/**
 * Ids of older rows are not in the order of the uploads, which versions are listed in. And a row that was stored before its upload has taken no
 * room for it.
 */
const mayReserve = ({ engine, driver }: RequestContext, { versions }: BucketRow): boolean =>
  driver.lifetime === "process" && !versions && engine.config.filesMaxBytes === undefined;

export function contentIdFor(ctx: RequestContext, bucket: BucketRow): ContentId {
  const { engine, driver, now, principal } = ctx;
  if (!mayReserve(ctx, bucket)) return { id: uuidv7(now), isReserved: false, next: undefined };
  const { workspaceId } = principal;
  const all = reservations(engine);
  const known = all.get(workspaceId) ?? { began: Number.NEGATIVE_INFINITY, ids: [] };
  const isBusy = isRecent(known.began, now, BUSY_MS) && known.ids.length < MOST_IDS;
  known.began = now;
  all.set(workspaceId, known);
  const taken = takeFresh(known, now);
  return { id: taken ?? uuidv7(now), isReserved: taken !== undefined, next: isBusy ? nextOf() : undefined };

  function nextOf(): NextContent {
    const row = { id: uuidv7(now), workspaceId, remove: false, since: now, bytes: 0 };
    return { query: addLooseRow(driver, row), stored: () => void known.ids.push({ id: row.id, at: now }) };
  }
}

/** Also where the clock was set back. */
const isRecent = (at: number, now: number, ms: number): boolean => now >= at && now - at < ms;

function takeFresh({ ids }: Reserved, now: number): string | undefined {
  for (let one = ids.shift(); one; one = ids.shift()) if (isRecent(one.at, now, KEEP_MS)) return one.id;
  return undefined;
}
