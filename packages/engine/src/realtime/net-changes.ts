import type { Change, ChangePage, ChangeReader } from "@plinth/core";
import { changeChars } from "./change-size.ts";

export interface NetPage extends ChangePage {
  /** The last write goes on in the next page. */
  readonly partial: boolean;
}

export interface NetReader extends ChangeReader {
  read(...of: Parameters<ChangeReader["read"]>): Promise<NetPage>;
}

/** A write with more changes than this, or larger ones, may be cut between two pages. */
const MAX_WRITE = 2000;
const MAX_WRITE_CHARS = 16 * 1024 * 1024;

/**
 * Reads each write as a whole, with one change for each item: what it was before the write and after it. A cascade may
 * change an item twice, and nobody could ever read what was between; a subscriber must not be sent it.
 */
export function netReader(reader: ChangeReader): NetReader {
  return {
    head: (workspaceId) => reader.head(workspaceId),
    async read(workspaceId, after, options) {
      let page = await reader.read(workspaceId, after, options);
      let chars: number | undefined;
      while (page.more && isCut(page) && page.changes.length < MAX_WRITE) {
        chars ??= sizeOf(page);
        if (chars >= MAX_WRITE_CHARS) break;
        const rest = await reader.read(workspaceId, page.next, options);
        chars += sizeOf(rest);
        page = { ...rest, changes: [...page.changes, ...rest.changes] };
      }
      const { changes, next, more } = withoutCutWrite(page);
      return { changes: netChanges(changes), next, more, partial: more && isCut(page) };
    },
  };
}

function sizeOf({ changes }: ChangePage): number {
  return changes.reduce((sum, change) => sum + changeChars(change), 0);
}

/** All changes are of one write, which may go on. */
function isCut({ changes }: ChangePage): boolean {
  return changes.length > 0 && lastWrite(changes) === 0 && changes[0]!.requestId !== null;
}

/** The last write of a full page may go on in the next one: it is left for that. */
function withoutCutWrite(page: ChangePage): ChangePage {
  const { changes, more } = page;
  const from = more ? lastWrite(changes) : 0;
  if (from === 0) return page;
  return { changes: changes.slice(0, from), next: changes[from - 1]!.position, more };
}

/** Index of the first change of the last write. The changes of a write are contiguous in the log. */
function lastWrite(changes: readonly Change[]): number {
  const last = changes.at(-1);
  if (!last || last.requestId === null) return changes.length;
  let from = changes.length - 1;
  while (from > 0 && changes[from - 1]!.requestId === last.requestId) from--;
  return from;
}

export function netChanges(changes: readonly Change[]): readonly Change[] {
  const net: (Change | undefined)[] = [];
  const known = new Map<string, number>();
  let merged = false;
  for (const change of changes) {
    const key = `${change.requestId}|${change.collectionId}|${change.item}`;
    const at = change.requestId === null ? undefined : known.get(key);
    const earlier = at === undefined ? undefined : net[at];
    known.set(key, net.length);
    if (earlier && earlier.operation !== "delete") {
      net[at!] = undefined;
      merged = true;
      net.push(following(earlier, change));
    } else net.push(change);
  }
  return merged ? net.filter((change) => change !== undefined) : changes;
}

/** The change from before `earlier` to after `later`; undefined if the item existed only in between. */
function following(earlier: Change, later: Change): Change | undefined {
  if (earlier.operation === "update") return { ...later, before: earlier.before };
  return later.operation === "delete" ? undefined : { ...later, operation: earlier.operation, before: null };
}
