import type { Change, Json, SqlDriver } from "@plinth/core";
import { drainChanges } from "../../../changelog/consume.ts";
import type { Engine, RequestContext } from "../../../kernel/engine.ts";
import { service } from "../../../kernel/services.ts";
import { workspacesWithFiles } from "../contents.ts";
import { filesCollection } from "../file-items.ts";
import { listWorkspacesWithContents } from "../repository.ts";
import { followMoves } from "./follow-moves.ts";
import { keepClosed, markContents } from "./mark-contents.ts";
import { scanAgain, scanContents } from "./scan-contents.ts";
import { unbindUnused } from "./unbind-unused.ts";

/** Changes that are handled at once, how many pages of them in one slice, and in how many reads of the log they are looked for. */
const PAGE = 500;
const PAGES = 4;
const READS = 40;

/** Workspaces of one slice: on a Worker, all slices of one timer share a thousand statements. */
const WORKSPACES = 20;

/** The workspace that was looked at last, how many since a round began, and whether one of them needs another. */
interface Round {
  after: string | undefined;
  seen: number;
  more: boolean;
}

const roundOf = service("files unused", (): Round => ({ after: undefined, seen: 0, more: false }));

/**
 * Marks contents that no file has any more, whatever door it went by, and takes those back that an undo has given to a file again. Those
 * that have been unused for some time lose their item; from then on nothing can bring them back. Only contents that the change log names are
 * looked at, so the number of files makes no difference.
 */
export async function markUnused(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const ids = (await listWorkspacesWithContents(driver)).toSorted();
  const round = roundOf(engine);
  // Anywhere, as some processes live for a few slices only.
  round.after ??= ids[Math.floor(Math.random() * ids.length)];
  const { after = "" } = round;
  const next = [...ids.filter((id) => id > after), ...ids.filter((id) => id <= after)].slice(0, WORKSPACES);
  for await (const ctx of workspacesWithFiles(engine, driver, next)) {
    try {
      if (await followLog(ctx)) round.more = true;
      if (await scanContents(ctx)) round.more = true;
      if (await unbindUnused(ctx)) round.more = true;
    } catch (error) {
      const { workspaceId } = ctx.principal;
      engine.log.warn("the unused files of a workspace could not be looked for", { workspaceId, error });
    }
  }
  round.after = next.at(-1);
  round.seen += next.length;
  if (round.seen < ids.length) return true;
  const { more } = round;
  [round.seen, round.more] = [0, false];
  return more;
}

/** True: there may be more. */
async function followLog(ctx: RequestContext): Promise<boolean> {
  const { engine, driver, principal } = ctx;
  const options = {
    name: "files",
    workspaceId: principal.workspaceId,
    from: "oldest",
    collectionIds: [filesCollection(ctx).id],
    limit: PAGE,
    maxPages: PAGES,
    maxReads: READS,
    onGap: () => scanAgain(ctx),
  } as const;
  const drained = await drainChanges(engine, driver, options, async (changes) => {
    await followMoves(ctx, changes);
    await keepClosed(ctx, leftInQuarantine(changes));
    await markContents(ctx, contentsIn(changes));
  });
  return drained === "more";
}

/** The contents that files have lost while they were in quarantine. */
function leftInQuarantine(changes: readonly Change[]): string[] {
  const left = changes.filter(({ before, after }) => before?.content !== after?.content && before?.state !== "ready");
  return textsOf(left.map(({ before }) => before?.content));
}

/** The contents that files have lost or got. */
function contentsIn(changes: readonly Change[]): string[] {
  const changed = changes.filter(({ before, after }) => before?.content !== after?.content);
  return textsOf(changed.flatMap(({ before, after }) => [before?.content, after?.content]));
}

const textsOf = (values: readonly (Json | undefined)[]): string[] => [
  ...new Set(values.filter((value) => typeof value === "string")),
];
