import { invalid, isObject, type Json, type JsonObject } from "@plinth/core";
import { type GraphqlSettings, graphqlSettingsOf } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { textRead } from "../../http/answer-read.ts";
import { readJson } from "../../http/body.ts";
import { schemaFor } from "./build/schema.ts";
import { AnsweredError } from "./errors.ts";
import { persistedDocument } from "./persisted.ts";
import { type GraphqlRequest, graphqlServer } from "./server.ts";

/** Answers a request of GraphQL over HTTP. Throws where a part was refused, with the whole answer. */
export async function answerGraphql(c: Context<AppEnv>): Promise<Response> {
  const { ctx, engine } = c.env;
  if (c.req.raw.headers.has("idempotency-key"))
    throw invalid(
      "idempotency-key",
      "is for REST; here if_version, an id of your own and upserts make a write safe to repeat",
    );
  const settings = await graphqlSettingsOf(ctx);
  const request = await requestOf(c, settings);
  const hidesSchema = settings.introspection === "admins" && !ctx.principal.bypass;
  const state: GraphqlRequest = { c, ctx, schema: schemaFor(ctx), hidesSchema, refused: undefined };
  const made = await graphqlServer(engine).fetch(request, state);
  const type = made.headers.get("content-type") ?? "application/json";
  const answer = textRead(c, await made.text(), made.status, { "content-type": type });
  const { refused } = state;
  if (refused) throw new AnsweredError(refused.shown, answer, refused.error);
  return answer;
}

const ADDRESS = "http://localhost/api/graphql";

/** With a body that was read and checked as every other, and the document in it. */
async function requestOf(c: Context<AppEnv>, settings: GraphqlSettings): Promise<Request> {
  const { ctx } = c.env;
  const { method, headers, url } = c.req.raw;
  const accept = headers.get("accept");
  const own = { ...(accept !== null && { accept }) };
  if (method !== "POST") {
    const { searchParams } = new URL(url);
    const query = searchParams.get("query") ?? undefined;
    const extensions = jsonIn(searchParams.get("extensions"));
    const found = await persistedDocument(ctx, settings, { ...(query !== undefined && { query }), extensions });
    if (found !== undefined) searchParams.set("query", found);
    return new Request(`${ADDRESS}?${searchParams}`, { headers: own });
  }
  const body = await readJson(c);
  const found = isObject(body) ? await persistedDocument(ctx, settings, body) : undefined;
  const sent: Json = found === undefined ? body : { ...(body as JsonObject), query: found };
  return new Request(ADDRESS, {
    method,
    headers: { ...own, "content-type": "application/json" },
    body: JSON.stringify(sent),
  });
}

/** What is no JSON is refused where all parameters are read. */
function jsonIn(text: string | null): Json {
  try {
    return JSON.parse(text ?? "null") as Json;
  } catch {
    return null;
  }
}
