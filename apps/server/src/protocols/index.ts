import type { Protocol } from "../http/protocol.ts";
import { realtime } from "./realtime/index.ts";
import { rest } from "./rest/index.ts";

/** All protocols of this server; a new protocol is a folder beside these and a line here. */
export const PROTOCOLS: readonly Protocol[] = [realtime, rest([realtime])];
