import type { Principal } from "@plinth/core";

/** What every log line about a request says: which one, and the operator who acts as its user. */
export interface Logged {
  readonly requestId?: string;
  readonly impersonator?: string;
}

/** `principal`: not set where nothing has found out yet who calls. */
export function loggedOf({
  requestId,
  principal,
}: {
  readonly requestId?: string | undefined;
  readonly principal: Pick<Principal, "impersonator"> | undefined;
}): Logged {
  const impersonator = principal?.impersonator;
  return { ...(requestId !== undefined && { requestId }), ...(impersonator !== undefined && { impersonator }) };
}
