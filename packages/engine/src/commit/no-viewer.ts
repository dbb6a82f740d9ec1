import { invalid, type PlinthError, type Principal } from "@plinth/core";

/** The header by which an administrator asks what somebody else would be answered. */
export const VIEW_AS = "x-plinth-view-as";

/** Refuses a write of somebody who only looks. Routes refuse it before; nothing gets past this. */
export function requireNoViewer({ viewer }: Pick<Principal, "viewer">): void {
  if (viewer) throw viewOnly();
}

/** Whoever only looks may try a write. */
export function requireDryRun(principal: Pick<Principal, "viewer">, isDryRun: boolean): void {
  if (!isDryRun) requireNoViewer(principal);
}

export function viewOnly(): PlinthError {
  const message =
    "only items and the API's document are read as somebody else, and changes tried with dry_run; leave the header out to do this yourself";
  return invalid(VIEW_AS, message, "FORBIDDEN");
}
