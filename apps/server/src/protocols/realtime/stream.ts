import type { ErrorCode } from "@plinth/core";
import type { AccessName } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { callerCheckOf } from "../../http/caller-check.ts";
import { defineRoute } from "../../http/define-route.ts";
import { type JsonSchema, listOf, object, TEXT, open as withOthers } from "../../http/openapi/json-schema.ts";
import type { Route, RouteScope } from "../../http/route.ts";
import { parseValue } from "../../http/validate.ts";
import { answerStream } from "./answer.ts";
import { streamCallerOf } from "./stream-caller.ts";
import type { StreamCaller, Subscription } from "./subscription.ts";

/** The query parameters that all streams share. */
export const streamQuery = {
  after: z.string().max(200).optional().describe("Resume after this position"),
  ticket: z.string().max(8000).optional().describe("From POST /api/realtime/tickets"),
  poll: z.string().max(5).optional().describe("Answer with JSON as soon as there is something, or after 20 s"),
};

/** The request's credentials and format. */
const { after, ...transport } = streamQuery;

/** The shared definition of all subscription routes. */
export const FOLLOWING = {
  tag: "Realtime",
  acceptsTicket: true,
  scope: "items",
  /** The JSON of a poll; a stream sends the same messages one by one. */
  response: (): JsonSchema => object({ data: listOf(withOthers(object({ event: TEXT }))), "next?": TEXT }),
  responseTypes: ["text/event-stream", "application/json"],
} as const;

interface StreamDefinition<Own extends z.ZodRawShape> {
  readonly id: string;
  /** With at most one parameter, the last part. */
  readonly path: string;
  readonly summary: string;
  readonly access: AccessName;
  /** By default, the roles and collections of a scoped key decide. */
  readonly scope?: RouteScope;
  readonly errors?: readonly ErrorCode[];
  readonly query: Own;
  /** Whether it can resume after a position. */
  readonly resumes: boolean;
  /** Throws the errors of a read. */
  subscription(caller: StreamCaller, request: StreamRequest<z.output<z.ZodObject<Own>>>): Subscription;
}

interface StreamRequest<Query> {
  /** The path's parameter. */
  readonly name: string;
  readonly query: Query;
  readonly after: string | undefined;
}

/** A stream with an address, for requests and sockets alike. */
export interface Stream {
  readonly path: string;
  readonly route: Route;
  /** From the address's parameters; `resumeAt` takes precedence over their position. */
  open(caller: StreamCaller, name: string, values: object, resumeAt: string | undefined): Subscription;
}

export function defineStream<Own extends z.ZodRawShape>(definition: StreamDefinition<Own>): Stream {
  const { path, resumes, subscription, query: own, ...text } = definition;
  const query = z.strictObject({ ...own, ...(resumes && { after }) });
  const admit = callerCheckOf({ method: "GET", scope: FOLLOWING.scope, ...definition });
  const open: Stream["open"] = (caller, name, values, resumeAt) => {
    admit?.(caller.ctx.principal, "GET");
    const parsed = parseValue(query, values, "UNKNOWN_PARAMETER") as z.output<z.ZodObject<Own>> & { after?: string };
    return subscription(caller, { name, query: parsed, after: resumeAt ?? (parsed.after || undefined) });
  };
  const route = defineRoute(`GET ${path}`, {
    ...FOLLOWING,
    ...text,
    query: query.extend(transport) as z.ZodObject,
    async handle(c, input) {
      const { ticket, poll: _, ...values } = input.query as { [name: string]: string | undefined };
      const caller = await streamCallerOf(c, ticket);
      const [name = ""] = Object.values(c.req.param() as Record<string, string>);
      // A browser that reconnects by itself sends the header, and its original address.
      return answerStream(c, open(caller, name, values, c.req.header("last-event-id") || undefined));
    },
  });
  return { path, route, open };
}
