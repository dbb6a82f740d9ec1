import { PlinthError } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { aiOf } from "./ai.ts";
import { chatSchema, embedSchema } from "./requests.ts";
import { showAiSettings } from "./settings.ts";

/** What came of asking a model. */
interface TriedModel {
  readonly model: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly error: string | null;
}

export interface AiTest {
  readonly chat: TriedModel | null;
  readonly embedding: TriedModel | null;
}

const LONGEST_MS = 20_000;

/** Asks the first model of each kind for next to nothing. Null: there is none. That there is no address is an answer too. */
export async function testAiSettings(ctx: RequestContext): Promise<AiTest> {
  const { chat_models, embedding_models } = await showAiSettings(ctx);
  const signal = AbortSignal.timeout(LONGEST_MS);
  const ask = async (model: string | undefined, work: () => Promise<unknown>): Promise<TriedModel | null> =>
    model === undefined ? null : tried(model, work);
  const messages = [{ role: "user", content: "Say yes." }];
  const [chat, embedding] = await Promise.all([
    ask(chat_models[0], async () => (await aiOf(ctx)).chat(chatSchema.parse({ messages, max_tokens: 16 }), signal)),
    ask(embedding_models[0], async () => (await aiOf(ctx)).embed(embedSchema.parse({ input: "yes" }), signal)),
  ]);
  return { chat, embedding };
}

async function tried(model: string, work: () => Promise<unknown>): Promise<TriedModel> {
  const began = performance.now();
  const end = (error: string | null) => ({
    model,
    ok: error === null,
    ms: Math.round(performance.now() - began),
    error,
  });
  try {
    await work();
    return end(null);
  } catch (error) {
    if (error instanceof PlinthError && error.code !== "INTERNAL") return end(error.message);
    if (error instanceof Error && error.name === "TimeoutError")
      return end(`It did not answer within ${LONGEST_MS} ms.`);
    throw error;
  }
}
