import type { Protocol } from "../http/protocol.ts";
import { graphql } from "./graphql/index.ts";
import { realtime } from "./realtime/index.ts";
import { rest } from "./rest/index.ts";
import { s3 } from "./s3/index.ts";
import { tus } from "./tus/index.ts";

/** All protocols of this server; a new protocol is a folder beside these and a line here. */
export const PROTOCOLS: readonly Protocol[] = [realtime, tus, graphql, rest([realtime]), s3];
