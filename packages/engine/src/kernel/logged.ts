import type { Principal } from "@plinth/core";

/** What every log line about a request says: which one, and who acts or views as its caller. */
export interface Logged {
  readonly requestId?: string;
  readonly impersonator?: string;
  readonly viewer?: string;
  readonly viewAs?: string;
}

/** `principal`: not set where nothing has found out yet who calls. */
export function loggedOf({
  requestId,
  principal,
}: {
  readonly requestId?: string | undefined;
  readonly principal: Pick<Principal, "impersonator" | "viewer"> | undefined;
}): Logged {
  const { impersonator, viewer } = principal ?? {};
  return {
    ...(requestId !== undefined && { requestId }),
    ...(impersonator !== undefined && { impersonator }),
    ...(viewer && { viewer: viewer.name, viewAs: viewer.as }),
  };
}
