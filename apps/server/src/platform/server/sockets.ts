import { PlinthError } from "@plinth/core";

/** What no runtime needs to take in; the app's own bound on a frame lies below, and answers with an error. */
export const MAX_PAYLOAD = 256 * 1024;
/** How often a silent peer is asked whether it is still there. */
export const PING_SECONDS = 30;
/** A peer that does not answer a close in this time has none coming. */
export const CLOSE_MS = 2000;

export function notAHandshake(): PlinthError {
  return new PlinthError("UPGRADE_REQUIRED", "The request is not a valid WebSocket handshake.");
}
