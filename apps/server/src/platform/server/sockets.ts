import { PlinthError } from "@plinth/core";

/** The runtimes' limit for a message; the app's own limit is lower, and answers with an error. */
export const MAX_PAYLOAD = 256 * 1024;
/** How often a silent peer is pinged. */
export const PING_SECONDS = 30;
/** How long to wait for a peer's close frame. */
export const CLOSE_MS = 2000;

export function notAHandshake(): PlinthError {
  return new PlinthError("UPGRADE_REQUIRED", "The request is not a valid WebSocket handshake.");
}
