import type { BrowserOfRequest } from "./known-browsers.ts";

/** Where a request is: the path below `/api/auth`, the client's address, and whose session it came with. */
export interface Whereabouts extends BrowserOfRequest {
  readonly address: string | null;
  /** That session. */
  readonly sessionId: string | undefined;
}
