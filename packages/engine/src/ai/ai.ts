import { expectedOneOf, invalid, isObject, type Json, type JsonObject, PlinthError } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { postEvents, postJson } from "./ask.ts";
import { type ReservedTokens, reserveTokens } from "./budget.ts";
import { aiFailed, hasUsedNone } from "./failures.ts";
import {
  type ChatAnswer,
  type ChatRequest,
  type EmbedAnswer,
  type EmbedRequest,
  requireInline,
  type TokenUsage,
} from "./requests.ts";
import { type AiEndpoint, aiEndpointOf } from "./settings.ts";

/** About so many characters are a token, where the endpoint does not say how many it has used. */
const CHARS_OF_TOKEN = 3;

/**
 * Models of the workspace's endpoint, of any product with the API of OpenAI. The one way to ask them, for functions, flows and
 * whatever else needs a model: it is what counts tokens.
 */
export interface Ai {
  chat(request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer>;
  /** The answer's text as it comes, and at the end all of it. Nothing is asked before the first piece is. */
  stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<string, ChatAnswer>;
  embed(request: EmbedRequest, signal: AbortSignal): Promise<EmbedAnswer>;
}

/** `allowed`: the models that whoever asks has declared; true: all of the workspace. Throws `AI_NOT_CONFIGURED`. */
export async function aiOf(
  { engine, driver, principal }: Pick<RequestContext, "engine" | "driver" | "principal">,
  allowed: true | readonly string[] = true,
): Promise<Ai> {
  const { workspaceId } = principal;
  const endpoint = await aiEndpointOf(engine, driver, workspaceId);
  if (!endpoint) throw new PlinthError("AI_NOT_CONFIGURED");
  const chosen = (named: string | undefined, models: readonly string[], setting: ModelSetting) =>
    requireModel(endpoint, { named, models, allowed, setting });
  const reserve = (tokens: number) =>
    reserveTokens(engine, driver, workspaceId, { most: endpoint.tokensADay, tokens: Math.ceil(tokens) });
  const chatRequest = async (request: ChatRequest) => {
    const model = chosen(request.model, endpoint.chatModels, "chat_models");
    if (endpoint.from === "server") requireInline(request);
    const estimated = JSON.stringify(request).length / CHARS_OF_TOKEN;
    return { body: { ...request, model }, estimated, reserved: await reserve(estimated + request.max_tokens) };
  };
  const asking = (signal: AbortSignal) => ({ engine, workspaceId, endpoint, signal });
  return {
    async chat(request, signal) {
      const { body, reserved, estimated } = await chatRequest(request);
      return settled(reserved, async () => {
        const given = await postJson(asking(signal), "/chat/completions", body);
        return chatAnswerOf(given, body.model, estimated);
      });
    },
    async *stream(request, signal) {
      const { body, reserved, estimated } = await chatRequest(request);
      const sent = { ...body, stream: true, stream_options: { include_usage: true } };
      const collected = new CollectedChat(body.model);
      try {
        for await (const chunk of postEvents(asking(signal), "/chat/completions", sent)) {
          const text = collected.add(chunk);
          if (text !== "") yield text;
        }
      } catch (error) {
        return await failed(reserved, error);
      }
      const answer = collected.answer(estimated);
      await reserved.settle(tokensOf(answer.usage));
      return answer;
    },
    async embed(request, signal) {
      const model = chosen(request.model, endpoint.embeddingModels, "embedding_models");
      const inputs = typeof request.input === "string" ? [request.input] : request.input;
      const estimated = inputs.reduce((sum, { length }) => sum + length, 0) / CHARS_OF_TOKEN;
      return settled(await reserve(estimated), async () => {
        const body = { ...request, model, input: inputs, encoding_format: "float" };
        const given = await postJson(asking(signal), "/embeddings", body);
        return embedAnswerOf(given, { model, count: inputs.length, estimated });
      });
    },
  };
}

/** What is set aside for a request that is cut short stays used: nobody knows what the endpoint has read and written. */
async function settled<A extends { readonly usage: TokenUsage }>(
  reserved: ReservedTokens,
  work: () => Promise<A>,
): Promise<A> {
  const answer = await work().catch((error: unknown) => failed(reserved, error));
  await reserved.settle(tokensOf(answer.usage));
  return answer;
}

async function failed(reserved: ReservedTokens, error: unknown): Promise<never> {
  if (hasUsedNone(error)) await reserved.settle(0);
  throw error;
}

const tokensOf = ({ input_tokens, output_tokens }: TokenUsage): number => input_tokens + output_tokens;

type ModelSetting = "chat_models" | "embedding_models";

interface ChosenModel {
  readonly named: string | undefined;
  /** Of the workspace. */
  readonly models: readonly string[];
  readonly allowed: true | readonly string[];
  readonly setting: ModelSetting;
}

function requireModel({ from }: AiEndpoint, { named, models, allowed, setting }: ChosenModel): string {
  if (models.length === 0) {
    const variable = setting === "chat_models" ? "AI_CHAT_MODELS" : "AI_EMBEDDING_MODELS";
    const where =
      from === "workspace" ? `${setting} of the AI settings is empty` : `${setting} and ${variable} are empty`;
    throw new PlinthError("AI_NOT_CONFIGURED", `No model can be asked for this: ${where}.`, { field: setting });
  }
  const usable = allowed === true ? models : models.filter((model) => allowed.includes(model));
  const model = named ?? usable[0];
  if (model !== undefined && usable.includes(model)) return model;
  if (named === undefined)
    throw new PlinthError("FORBIDDEN", "permissions.ai names no model of the workspace.", { field: "model" });
  if (models.includes(named))
    throw new PlinthError("FORBIDDEN", "permissions.ai does not name this model.", { field: "model" });
  throw invalid("model", expectedOneOf(usable, named));
}

function chatAnswerOf(given: Json, model: string, estimated: number): ChatAnswer {
  const choice = firstOf(given, "choices");
  const message = choice && isObject(choice.message) ? choice.message : undefined;
  if (!message) throw aiFailed("not_chat", "its answer has no message");
  const text = typeof message.content === "string" ? message.content : "";
  const tool_calls = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  const written = (text.length + JSON.stringify(tool_calls).length) / CHARS_OF_TOKEN;
  return {
    model,
    text,
    tool_calls,
    finish_reason: typeof choice!.finish_reason === "string" ? choice!.finish_reason : null,
    usage: usageIn(given, { input: estimated, output: written }),
  };
}

function embedAnswerOf(
  given: Json,
  { model, count, estimated }: { readonly model: string; readonly count: number; readonly estimated: number },
): EmbedAnswer {
  const entries = isObject(given) && Array.isArray(given.data) ? given.data : [];
  const embeddings: number[][] = [];
  for (const [i, entry] of entries.entries()) {
    const { index = i, embedding } = (isObject(entry) ? entry : {}) as { index?: unknown; embedding?: unknown };
    if (typeof index !== "number" || !Array.isArray(embedding) || !embedding.every((one) => typeof one === "number"))
      throw aiFailed("not_embeddings", "its answer has no embeddings");
    embeddings[index] = embedding;
  }
  if (entries.length !== count || Object.keys(embeddings).length !== count || embeddings.length !== count)
    throw aiFailed("not_embeddings", `its answer has ${entries.length} embeddings in place of ${count}`);
  return { model, embeddings, usage: usageIn(given, { input: estimated, output: 0 }) };
}

/** The chunks of a streamed answer. */
class CollectedChat {
  #text = "";
  #finish: string | null = null;
  #usage: Json = null;
  readonly #tools: JsonObject[] = [];

  constructor(private readonly model: string) {}

  /** The text that the chunk adds. */
  add(chunk: JsonObject): string {
    if (isObject(chunk.usage ?? null)) this.#usage = { usage: chunk.usage! };
    const choice = firstOf(chunk, "choices");
    if (!choice) return "";
    if (typeof choice.finish_reason === "string") this.#finish = choice.finish_reason;
    const delta = isObject(choice.delta ?? null) ? (choice.delta as JsonObject) : {};
    if (Array.isArray(delta.tool_calls)) this.#addTools(delta.tool_calls);
    const text = typeof delta.content === "string" ? delta.content : "";
    this.#text += text;
    return text;
  }

  answer(estimated: number): ChatAnswer {
    const text = this.#text;
    const written = (text.length + JSON.stringify(this.#tools).length) / CHARS_OF_TOKEN;
    const usage = usageIn(this.#usage, { input: estimated, output: written });
    return { model: this.model, text, tool_calls: this.#tools.filter(Boolean), finish_reason: this.#finish, usage };
  }

  /** Each chunk has a part of the text of the call's arguments. */
  #addTools(parts: readonly Json[]): void {
    for (const part of parts) {
      if (!isObject(part) || typeof part.index !== "number" || part.index < 0 || part.index > 127) continue;
      const { index, function: added, ...rest } = part;
      const known = (this.#tools[index] ?? { function: { arguments: "" } }) as { function: JsonObject };
      const more = isObject(added ?? null) ? (added as JsonObject) : {};
      const args = `${known.function.arguments}${typeof more.arguments === "string" ? more.arguments : ""}`;
      this.#tools[index] = { ...known, ...rest, function: { ...known.function, ...more, arguments: args } };
    }
  }
}

function firstOf(given: Json, list: string): JsonObject | undefined {
  const all = isObject(given) ? given[list] : undefined;
  const first = Array.isArray(all) ? all[0] : undefined;
  return first !== undefined && isObject(first) ? first : undefined;
}

/** What the endpoint says, or about as many. */
function usageIn(given: Json, about: { readonly input: number; readonly output: number }): TokenUsage {
  const { prompt_tokens, completion_tokens } = (
    isObject(given) && isObject(given.usage ?? null) ? given.usage : {}
  ) as { prompt_tokens?: unknown; completion_tokens?: unknown };
  return {
    input_tokens: countOf(prompt_tokens) ?? Math.ceil(about.input),
    output_tokens: countOf(completion_tokens) ?? Math.ceil(about.output),
  };
}

const countOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
