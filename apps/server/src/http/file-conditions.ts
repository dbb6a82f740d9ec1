import type { OpenedFile } from "@plinth/engine";
import { tagsOf } from "./preconditions.ts";

type ReadState = "changed" | "known" | "open";
type Versioned = Pick<OpenedFile, "content" | "changedAt">;

/** What the conditions of a read say, in the order of RFC 9110, 13.2.2: it has changed, its reader has it, or it is to be sent. */
export function fileState(headers: Headers, file: Versioned): ReadState {
  const match = headers.get("if-match");
  if (match !== null) {
    if (!isAmong(match, file, "if-match", false)) return "changed";
  } else if (isAfter(file, headers.get("if-unmodified-since"))) return "changed";
  const none = headers.get("if-none-match");
  if (none !== null) return isAmong(none, file, "if-none-match", true) ? "known" : "open";
  const since = timeOf(headers.get("if-modified-since"));
  return since !== undefined && secondsOf(file) <= since ? "known" : "open";
}

/**
 * Whether the reader has a part of these very bytes: otherwise the whole file is the answer (RFC 9110, 13.1.5). A date does not say it, as a
 * file may change twice within its second.
 */
export function isRangeAllowed(headers: Headers, file: Versioned): boolean {
  const condition = headers.get("if-range")?.trim();
  return condition === undefined || condition === `"${file.content}"`;
}

function isAmong(header: string, { content }: Versioned, field: string, weakToo: boolean): boolean {
  if (header.trim() === "*") return true;
  return tagsOf(header, field).some(({ tag, weak }) => tag === content && (weakToo || !weak));
}

function isAfter(file: Versioned, header: string | null): boolean {
  const time = timeOf(header);
  return time !== undefined && secondsOf(file) > time;
}

/** A date that cannot be read is no condition. */
function timeOf(header: string | null): number | undefined {
  const time = header === null ? Number.NaN : Date.parse(header);
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}

const secondsOf = ({ changedAt }: Versioned): number => Math.floor(Date.parse(changedAt) / 1000);
