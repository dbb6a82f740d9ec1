import { invalid, type Principal } from "@plinth/core";
import {
  brokerOf,
  type ConsumerLag,
  listSlowQueries,
  type OpenSubscription,
  SUBSCRIPTION_KINDS,
  shownCallerId,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import type { RequestState } from "../../context.ts";
import { json } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import { listOf } from "../../http/openapi/json-schema.ts";
import type { Fault, RefusalCount } from "../../http/traffic/failures.ts";
import { type Traffic, trafficOf } from "../../http/traffic/traffic.ts";
import { figuredWorkspace, figuresFor } from "./figures.ts";
import { insightsSchema, slowQuerySchema } from "./insights-schema.ts";

const MAX_FAULTS = 50;
const MAX_REFUSALS = 50;
const MAX_SUBSCRIPTIONS = 200;

/** `/api/insights`: what this process has answered in the last hour, and what is open now. */
export const insightsRoute = defineRoute("GET /api/insights", {
  id: "readInsights",
  tag: "Server",
  summary:
    "Requests of the last hour, errors, open streams and consumers of the workspace; for owners of the server, of all",
  access: "admin",
  scope: "server",
  query: z.strictObject({
    group: z.string().max(100).optional().describe("Minutes of this group of routes only, such as Item reads"),
  }),
  response: insightsSchema,
  async handle(c, { query: { group } }) {
    const { engine, platform } = c.env;
    const traffic = trafficOf(engine);
    const workspace = figuredWorkspace(c.env);
    const { consumers, server } = await figuresFor(c.env);
    const { failures, minute, since } = traffic;
    const window = traffic.windowOf(workspace);
    const data = {
      scope: "instance",
      of: workspace === undefined ? "server" : "workspace",
      since: instantOf(since),
      minutes: window.minutes(minute, groupNamed(traffic, group)),
      groups: window.groups(minute, traffic.groups),
      errors: failures.faults(workspace).slice(0, MAX_FAULTS).map(describeFault),
      refusals: failures.refusals(workspace).slice(0, MAX_REFUSALS).map(describeRefusal),
      streams: describeStreams(c.env, workspace),
      consumers: consumers.map(describeConsumer),
      ...(server && {
        server: {
          host: platform.name,
          uptime_seconds: Math.max(0, Math.floor((engine.clock.now() - since) / 1000)),
          memory_bytes: platform.memory?.() ?? null,
          load: server.load,
          streams: server.streams ?? null,
          sync: server.sync,
        },
      }),
    };
    return json(c, { data });
  },
});

/** `/api/insights/queries`: what was slow, and the index that would help. */
export const slowQueriesRoute = defineRoute("GET /api/insights/queries", {
  id: "listSlowQueries",
  tag: "Server",
  summary: "Slow lists and aggregates of the workspace, with the index that would help",
  access: "admin",
  scope: "server",
  response: () => listOf(slowQuerySchema()),
  read: (ctx) => listSlowQueries(ctx),
});

function groupNamed({ groups }: Traffic, name: string | undefined): number | undefined {
  if (name === undefined) return undefined;
  const found = groups.indexOf(name);
  if (found < 0) throw invalid("group", `must be one of ${groups.join(", ")}`);
  return found;
}

function describeFault({ at, workspace, ...fault }: Fault) {
  return { at: instantOf(at), ...fault, workspace: workspace ?? null };
}

function describeRefusal({ last_at, workspace, ...refusal }: RefusalCount) {
  return { ...refusal, workspace: workspace ?? null, last_at: instantOf(last_at) };
}

function describeConsumer({ workspaceId, name, changes, ms, held }: ConsumerLag) {
  return { workspace: workspaceId, name, lag_changes: changes, lag_seconds: ms / 1000, held };
}

function describeStreams({ engine, principal }: RequestState, workspace: string | undefined) {
  const all = brokerOf(engine)?.open(workspace) ?? [];
  const kinds = SUBSCRIPTION_KINDS.map((kind) => [kind, all.filter((one) => one.kind === kind).length]);
  return {
    open: all.length,
    kinds: Object.fromEntries(kinds) as Record<string, number>,
    subscriptions: all.slice(0, MAX_SUBSCRIPTIONS).map((one) => describeSubscription(one, principal)),
    truncated: all.length > MAX_SUBSCRIPTIONS,
  };
}

function describeSubscription({ workspaceId, since, caller, ...subscription }: OpenSubscription, to: Principal) {
  const { kind, id } = caller;
  const shown = { kind, id: shownCallerId(to, kind, id) };
  return { workspace: workspaceId, ...subscription, caller: shown, since: instantOf(since) };
}

function instantOf(ms: number): string {
  return new Date(ms).toISOString();
}
