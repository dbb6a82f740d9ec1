import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { ticksUntil } from "../../fixtures/flow-runs.ts";
import { aUuid, must } from "../../match.ts";
import { dataOf, get, INTERNALS, ok, patch, post, put, refused, type Scenario } from "../../scenario.ts";

const KEY = "sk-of-the-other-workspace";

/** Whole, piece by piece, as numbers, and refused. */
const ASKS = `export default async ({ ai }) => {
  const codeOf = ({ code, details }) => [code, details?.field];
  const hello = { messages: [{ role: "user", content: "hello there" }], max_tokens: 50 };
  const { text, usage } = await ai.chat(hello);
  const pieces = [];
  const stream = ai.stream(hello);
  let next;
  while (!(next = await stream.next()).done) pieces.push(next.value);
  const { embeddings } = await ai.embed({ input: ["a", "bcd"] });
  const refused = await ai.chat({ ...hello, model: "unknown" }).catch(codeOf);
  return { text, usage, pieces, whole: next.value.text, embeddings, refused };
};`;

const flow: JsonObject = {
  permissions: { ai: ["small"] },
  nodes: [
    { id: "said", type: "ai", prompt: "Sort {{ input.text }}" },
    { id: "end", type: "set", value: "{{ steps.said.text }}" },
  ],
};

/** In a workspace of its own: the settings are for all that is in it. */
export const scenarios: Scenario[] = [
  {
    name: "ai: functions and flows ask the model of their workspace, whose key nobody sees",
    as: as.otherSecretKey,
    given: [
      {
        request: ({ outside }) =>
          patch("/api/ai-settings", {
            ...{ url: outside.model, key: KEY, chat_models: ["small"], embedding_models: ["vectors"] },
          }),
        expect: { ...ok({ data: { has_key: true, from: "workspace", chat_models: ["small"] } }), excludes: [KEY] },
      },
      { as: as.anonymous, request: get("/api/ai-settings"), expect: refused(401, "UNAUTHORIZED") },
      { as: as.otherPublicKey, request: get("/api/ai-settings"), expect: refused(403, "FORBIDDEN") },
      {
        request: post("/api/ai-settings/test", {}),
        expect: {
          status: 200,
          body: { data: { chat: { model: "small", ok: true }, embedding: { model: "vectors", ok: true } } },
          excludes: [KEY],
        },
      },
      {
        request: put("/api/deployments/asks", {
          source: ASKS,
          permissions: { ai: true },
          limits: { cpu_ms: 2000, wall_ms: 30_000 },
        }),
        expect: { status: 200 },
      },
      {
        request: put("/api/flows/asks", { ...flow, permissions: {} }),
        expect: refused(422, "VALIDATION", "nodes.0.type"),
      },
      { request: put("/api/flows/asks", flow), expect: { status: 200 } },
      {
        request: post("/api/flows/asks/run", { input: { text: "a letter" } }),
        expect: { status: 201, body: { data: { id: aUuid } } },
      },
    ],
    request: post("/api/functions/asks", {}),
    expect: {
      ...ok({
        data: {
          ...{ text: "You said: hello there", whole: "You said: hello there" },
          usage: { input_tokens: 7, output_tokens: 5 },
          pieces: ["You", " said:", " hello", " there"],
          embeddings: [
            [1, 0.5],
            [3, 0.5],
          ],
          refused: ["VALIDATION", "model"],
        },
      }),
      excludes: [KEY, ...INTERNALS],
    },
    async verify(_, world, { replies, outside }) {
      const path = `/api/flow-runs/${dataOf(replies[7], "id")}`;
      const run = await ticksUntil(world, async () => {
        const { data } = await world.must(as.otherSecretKey, get(path));
        return ["succeeded", "dead"].includes((data as { state: string }).state) ? (data as JsonObject) : undefined;
      });
      must(run, { state: "succeeded", result: "You said: Sort a letter" });
      const { data: runs } = await world.must(as.otherSecretKey, get("/api/runs?kind=function&name=asks"));
      must(runs as never, [{ status: "succeeded", attributes: { "gen_ai.usage.input_tokens": 17 } }]);
      if (!outside.modelKeys().has(`Bearer ${KEY}`))
        throw new Error("the model was not asked with the workspace's key");
    },
  },
];
