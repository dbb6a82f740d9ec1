import { type Json, PlinthError } from "@plinth/core";
import { type Ai, aiOf, chatSchema, embedSchema } from "../../../ai/index.ts";
import * as z from "../../../kernel/zod.ts";
import { type LeafKind, type LeafRun, NodeFailure, partsAs } from "./node-kind.ts";

const MAX_PROMPT = 60_000;

const asked = z.strictObject({
  prompt: z.string().min(1).max(MAX_PROMPT),
  system: z.string().max(MAX_PROMPT).optional(),
  max_tokens: z.int().min(1).max(32_768).optional(),
});

/** Asks a model that the flow declares. What it has answered is kept, so that another attempt at the flow does not ask again. */
export const aiNode: LeafKind = {
  shape: {
    action: z.enum(["chat", "embed"]).default("chat"),
    model: z.string().min(1).max(200).optional().describe("The first of the workspace's, unless given"),
    prompt: z.string().min(1).max(MAX_PROMPT).optional(),
    system: z.string().max(MAX_PROMPT).optional().describe("What the model is to know first"),
    max_tokens: z.int().min(1).max(32_768).optional().describe("Of the answer: 1,024 unless given"),
    temperature: z.number().min(0).max(2).optional(),
    json: z.boolean().default(false).describe("Whether the answer is read as JSON, the result's `value`"),
    input: z
      .union([z.string(), z.array(z.string()).max(64)])
      .optional()
      .describe("Of `embed`: the texts"),
  },
  templates: ["prompt", "system", "input"],
  check({ action, prompt, input }) {
    if (action === "chat" && prompt === undefined) return { field: "prompt", problem: "is needed" };
    if (action === "embed" && input === undefined) return { field: "input", problem: "is needed" };
    return undefined;
  },
  lacks({ model }, { ai }) {
    if (!ai) return { field: "type", problem: "permissions.ai is not true, and names no models" };
    if (ai === true || model === undefined || ai.includes(model as string)) return undefined;
    return { field: "model", problem: `permissions.ai has no ${model as string}` };
  },
  async run(input, run) {
    const ai = await aiOf(run.ctx, run.permissions.ai || []);
    return asNodeFailure(() => (input.action === "embed" ? embed(ai, input, run) : chat(ai, input, run)));
  },
};

type NodeInput = Parameters<LeafKind["run"]>[0];

async function chat(ai: Ai, { model, prompt, system, max_tokens, temperature, json }: NodeInput, run: LeafRun) {
  const parts = partsAs(asked, {
    prompt: prompt!,
    ...(system !== undefined && { system }),
    ...(max_tokens !== undefined && { max_tokens }),
  });
  const request = partsAs(chatSchema, {
    messages: [
      ...(parts.system === undefined ? [] : [{ role: "system", content: parts.system }]),
      { role: "user", content: parts.prompt },
    ],
    ...(model !== undefined && { model }),
    ...(parts.max_tokens !== undefined && { max_tokens: parts.max_tokens }),
    ...(temperature !== undefined && { temperature }),
    ...(json === true && { response_format: { type: "json_object" } }),
  });
  const { text, usage, model: used, finish_reason } = await ai.chat(request, run.signal);
  const answer = { text, model: used, finish_reason, usage: { ...usage } };
  return json === true ? { ...answer, value: jsonIn(text) } : answer;
}

async function embed(ai: Ai, { model, input }: NodeInput, run: LeafRun): Promise<Json> {
  const request = partsAs(embedSchema, { input: input!, ...(model !== undefined && { model }) });
  const { embeddings, usage, model: used } = await ai.embed(request, run.signal);
  return { embeddings: embeddings.map((one) => [...one]), model: used, usage: { ...usage } };
}

function jsonIn(text: string): Json {
  try {
    // Some models put it into a block of code.
    return JSON.parse(text.replace(/^\s*```(?:json)?\s*\n|\n```\s*$/g, "")) as Json;
  } catch {
    throw new NodeFailure("The model's answer is no JSON.", "AI_FAILED");
  }
}

async function asNodeFailure(work: () => Promise<Json>): Promise<Json> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PlinthError) || error.code !== "AI_FAILED") throw error;
    const status = Number(error.details?.status ?? 500);
    // What the endpoint refuses for good is refused again, but for those by which it asks for another attempt.
    throw new NodeFailure(error.message, error.code, status >= 500 || status === 408 || status === 429);
  }
}
