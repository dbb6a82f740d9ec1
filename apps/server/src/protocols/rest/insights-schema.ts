import { SUBSCRIPTION_KINDS } from "@plinth/engine";
import {
  ANY_OBJECT,
  COUNT,
  FLAG,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  data as ofData,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";

const MS: JsonSchema = nullable({ type: "number", minimum: 0 });

const traffic = (): Record<string, JsonSchema> => ({
  requests: COUNT,
  statuses: object({ "2xx": COUNT, "3xx": COUNT, "4xx": COUNT, "5xx": COUNT }),
  p50_ms: MS,
  p95_ms: MS,
  p99_ms: MS,
});

const failed = (): Record<string, JsonSchema> => ({
  workspace: nullable(UUID),
  code: TEXT,
  status: { type: "integer" },
  route: TEXT,
});

const subscription = (): JsonSchema =>
  object({
    workspace: UUID,
    kind: { type: "string", enum: [...SUBSCRIPTION_KINDS] },
    name: nullable(TEXT),
    caller: object({ kind: TEXT, id: nullable(TEXT) }),
    since: INSTANT,
    behind: FLAG,
  });

export function insightsSchema(): JsonSchema {
  return ofData(
    object({
      scope: { type: "string", enum: ["instance"] },
      of: { type: "string", enum: ["workspace", "server"] },
      since: INSTANT,
      minutes: listOf(object({ at: INSTANT, ...traffic() })),
      groups: listOf(object({ group: TEXT, ...traffic() })),
      errors: listOf(object({ at: INSTANT, ...failed(), request_id: UUID })),
      refusals: listOf(object({ ...failed(), count: COUNT, last_at: INSTANT, last_request_id: UUID })),
      streams: object({ open: COUNT, kinds: ANY_OBJECT, subscriptions: listOf(subscription()), truncated: FLAG }),
      consumers: listOf(
        object({
          workspace: UUID,
          name: TEXT,
          lag_changes: COUNT,
          lag_seconds: { type: "number", minimum: 0 },
          held: FLAG,
        }),
      ),
      "server?": object({
        host: TEXT,
        uptime_seconds: COUNT,
        memory_bytes: nullable(COUNT),
        load: ANY_OBJECT,
        streams: nullable(ANY_OBJECT),
        sync: ANY_OBJECT,
      }),
    }),
  );
}

export function slowQuerySchema(): JsonSchema {
  const ms: JsonSchema = { type: "number", minimum: 0 };
  return object({
    collection: TEXT,
    kind: { type: "string", enum: ["list", "aggregate"] },
    filter: nullable({}),
    sort: nullable(TEXT),
    group_by: nullable({}),
    count: COUNT,
    p50_ms: ms,
    p95_ms: ms,
    slowest_ms: ms,
    rows: ms,
    reads: nullable(TEXT),
    last_at: INSTANT,
    suggestion: nullable(
      object({ index: listOf(TEXT), method: { type: "string", enum: ["PATCH"] }, path: TEXT, body: ANY_OBJECT }),
    ),
  });
}
