/**
 * Maps SQLite's messages to `DataError`. By text: bun:sqlite, node:sqlite and D1 have different codes but the same
 * messages (D1 wraps them in `D1_ERROR: … : SQLITE_…`), so this is the one mapper for all of them.
 */
import { DataError, type DataErrorKind } from "@plinth/core";
import { TOO_MANY_BYTES } from "./sqlite-statement.ts";

/** A guard is `json_extract('{}', 'plinth_guard:<label>')`, which fails with that path in the message. */
const GUARD_PATH = /bad JSON path: '((?:[^']|'')*)'/;
const GUARD_PREFIX = "plinth_guard:";
/** A trigger's `raise(abort, 'plinth_guard:<label>')` is the whole message. */
const GUARD_RAISED = /^(?:D1_ERROR: )?plinth_guard:([\w.:-]+?)(?:: SQLITE_\w+)?$/;

const KINDS: readonly (readonly [RegExp, DataErrorKind])[] = [
  [new RegExp(`^${TOO_MANY_BYTES}$`), "too_many_bytes"],
  [/FOREIGN KEY constraint failed/, "foreign_key"],
  [/CHECK constraint failed|cannot store \w+ value in \w+ column|datatype mismatch/, "check"],
  [/database (?:table |schema )?is locked|SQLITE_BUSY|SQLITE_LOCKED/, "busy"],
  [/too many SQL variables|string or blob too big|too many columns|too many terms|statement too long/i, "too_large"],
  [
    /BigInt value|parser stack overflow|Expression tree is too large|LIKE or GLOB pattern too complex|SQLITE_TOOBIG/i,
    "too_large",
  ],
  [/interrupted|exceeded timeout|timed? ?out|SQLITE_INTERRUPT/i, "timeout"],
  [/disk is full/i, "disk_full"],
  [/readonly database/i, "read_only"],
  [/disk image is malformed|not a database/i, "damaged"],
  [/disk I\/O error|unable to open database|malformed/i, "unavailable"],
  [
    /closed database|database is not open|connection (?:is )?(?:closed|lost)|overloaded|object (?:to be )?reset/i,
    "unavailable",
  ],
];

/**
 * SQLite calls a disk full by itself only where the system does. A quota (EDQUOT) and a limit on the size of files (EFBIG) fail as
 * SQLITE_IOERR_WRITE, _TRUNCATE or _SHMSIZE, which the text of the error does not tell.
 */
const UNWRITTEN: ReadonlySet<unknown> = new Set([778, 1546, 4874]);

function isUnwritten(error: unknown): boolean {
  const { errno, errcode } = error as { errno?: unknown; errcode?: unknown };
  return error instanceof Error && (UNWRITTEN.has(errno) || UNWRITTEN.has(errcode));
}

export function mapSqliteError(error: unknown, statementIndex?: number): DataError {
  if (error instanceof DataError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const common = { cause: error, ...(statementIndex === undefined ? {} : { statementIndex }) };

  const guard = guardLabel(text);
  if (guard !== undefined) return new DataError("guard", { ...common, guard });

  const constraint = /(UNIQUE|NOT NULL) constraint failed: ([^\n]*)/.exec(text);
  if (constraint) {
    const columns = columnNames(constraint[2]!);
    return new DataError(constraint[1] === "UNIQUE" ? "unique" : "not_null", {
      ...common,
      ...(columns ? { columns } : {}),
    });
  }
  if (isUnwritten(error)) return new DataError("disk_full", common);
  const known = KINDS.find(([pattern]) => pattern.test(text));
  const unknownName = !known && /no such (?:column|table)|has no column named/.test(text);
  return new DataError(known?.[1] ?? "unknown", { ...common, ...(unknownName && { unknownName }) });
}

function guardLabel(text: string): string | undefined {
  const path = GUARD_PATH.exec(text)?.[1]?.replaceAll("''", "'");
  if (path?.startsWith(GUARD_PREFIX)) return path.slice(GUARD_PREFIX.length);
  return GUARD_RAISED.exec(text)?.[1];
}

/** `t.a, t.b: SQLITE_CONSTRAINT` → `["a", "b"]`. An index on an expression names no columns. */
function columnNames(list: string): string[] | undefined {
  const names = list.replace(/: SQLITE_\w+.*$/, "");
  if (names.startsWith("index ")) return undefined;
  return names.split(", ").map((name) => name.slice(name.indexOf(".") + 1).trim());
}
