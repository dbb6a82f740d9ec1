import { invalid } from "@plinth/core";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { textRead } from "../../http/answer-read.ts";
import { readBody, readJson } from "../../http/body.ts";
import { schemaFor } from "./build/schema.ts";
import { AnsweredError } from "./errors.ts";
import { type GraphqlRequest, graphqlServer } from "./server.ts";

/** Answers a request of GraphQL over HTTP. Throws where a part was refused, with the whole answer. */
export async function answerGraphql(c: Context<AppEnv>): Promise<Response> {
  const { ctx, engine } = c.env;
  if (c.req.raw.headers.has("idempotency-key"))
    throw invalid(
      "idempotency-key",
      "is for REST; here if_version, an id of your own and upserts make a write safe to repeat",
    );
  const request = await requestOf(c);
  const state: GraphqlRequest = { c, ctx, schema: schemaFor(ctx), refused: undefined };
  const made = await graphqlServer(engine).fetch(request, state);
  const type = made.headers.get("content-type") ?? "application/json";
  const answer = textRead(c, await made.text(), made.status, { "content-type": type });
  const { refused } = state;
  if (refused) throw new AnsweredError(refused.shown, answer, refused.error);
  return answer;
}

/** With a body that was read and checked as every other. */
async function requestOf(c: Context<AppEnv>): Promise<Request> {
  const { method, headers, url } = c.req.raw;
  const { search } = new URL(url);
  const address = `http://localhost/api/graphql${search}`;
  const accept = headers.get("accept");
  const own = { ...(accept !== null && { accept }) };
  if (method !== "POST") return new Request(address, { headers: own });
  await readJson(c);
  const body = (await readBody(c)) as Uint8Array<ArrayBuffer>;
  return new Request(address, { method, headers: { ...own, "content-type": "application/json" }, body });
}
