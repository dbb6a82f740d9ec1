import { liveBodySchema } from "../../../http/query/index.ts";
import { channelStream, messageSchema } from "../../realtime/channels.ts";
import { itemsStream } from "../../realtime/items.ts";
import { liveParams } from "../../realtime/live.ts";
import { presenceStream } from "../../realtime/presence.ts";
import { schemaStream } from "../../realtime/schema.ts";
import { socketQuery } from "../../realtime/socket.ts";
import { data, INSTANT, listOf, type Operation, object, TEXT } from "./types.ts";
import { ONCE } from "./write-operations.ts";
import { parametersOf, schemaOf } from "./zod-schema.ts";

const message = { ...object({ event: TEXT }), additionalProperties: true };
/** The JSON of a poll; a stream carries the same messages one by one. */
const messages = object({ data: listOf(message), "next?": TEXT });

/** What is told as it happens. */
export function streamOperations(): Operation[] {
  const at = (path: string): string => `/api/realtime/${path}`;
  const stream = {
    method: "get",
    tag: "Realtime",
    access: "caller",
    response: messages,
    responseTypes: ["text/event-stream", "application/json"],
  } as const;
  return [
    {
      id: "createStreamTicket",
      method: "post",
      path: at("tickets"),
      tag: "Realtime",
      summary: "A ticket that opens streams for a minute, where a request can carry no credentials",
      access: "user",
      status: 201,
      response: data(object({ ticket: TEXT, expires_at: INSTANT })),
    },
    {
      ...stream,
      id: "followItems",
      path: at("items/{slug}"),
      summary: "A collection's changes as the caller sees them",
      parameters: parametersOf(itemsStream.params),
      errors: ["COLLECTION_NOT_FOUND", "UNAUTHORIZED", "FORBIDDEN", "INVALID_CURSOR", "GONE"],
    },
    {
      ...stream,
      id: "followSchema",
      path: at("collections"),
      summary: "That collections have changed",
      access: "admin",
      parameters: parametersOf(schemaStream.params),
    },
    {
      ...stream,
      id: "followPresence",
      path: at("presence/{name}"),
      summary: "Who is there; whoever asks is there too",
      access: "user",
      parameters: parametersOf(presenceStream.params),
      errors: ["FORBIDDEN", "INVALID_CURSOR"],
    },
    {
      ...stream,
      id: "followChannel",
      path: at("channels/{name}"),
      summary: "The messages of an application channel",
      parameters: parametersOf(channelStream.params),
      errors: ["UNAUTHORIZED", "FORBIDDEN", "INVALID_CURSOR", "GONE"],
    },
    {
      id: "openSocket",
      method: "get",
      path: at("socket"),
      tag: "Realtime",
      summary: "Many streams over one WebSocket; the frames are described in docs/realtime.md",
      access: "caller",
      parameters: parametersOf(socketQuery),
      status: 101,
      response: {},
      responseTypes: [],
      errors: ["UNAUTHORIZED", "ORIGIN_FORBIDDEN", "UPGRADE_REQUIRED", "UNSUPPORTED_BY_HOST"],
    },
    {
      id: "publishMessage",
      method: "post",
      path: at("channels/{name}"),
      tag: "Realtime",
      summary: "Send a message to an application channel",
      access: "caller",
      parameters: [ONCE],
      body: schemaOf(messageSchema),
      status: 202,
      response: data(object({ channel: TEXT, event: TEXT })),
      errors: ["UNAUTHORIZED", "FORBIDDEN", "LIMIT_EXCEEDED"],
    },
    {
      ...stream,
      id: "followQuery",
      method: "post",
      path: "/api/live",
      summary: "A query's result, kept current",
      parameters: parametersOf(liveParams),
      body: schemaOf(liveBodySchema),
      errors: ["COLLECTION_NOT_FOUND", "UNAUTHORIZED", "FORBIDDEN"],
    },
  ];
}
