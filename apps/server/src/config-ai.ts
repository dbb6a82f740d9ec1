import type { ServerAi } from "@plinth/core";

/** The settings of the endpoint for AI models, as they were read. */
interface AiSettings {
  readonly AI_URL?: string | undefined;
  readonly AI_KEY?: string | undefined;
  readonly AI_CHAT_MODELS?: readonly string[] | undefined;
  readonly AI_EMBEDDING_MODELS?: readonly string[] | undefined;
  readonly AI_TOKENS_A_DAY: number;
}

const OF_AI_URL = ["AI_KEY", "AI_CHAT_MODELS", "AI_EMBEDDING_MODELS"] as const;

/** Undefined: none is set. Errors go to `problems`. */
export function checkAi(settings: AiSettings, problems: string[]): ServerAi | undefined {
  const { AI_URL: url, AI_KEY: key, AI_CHAT_MODELS: chat, AI_EMBEDDING_MODELS: embedding } = settings;
  if (url === undefined) {
    for (const name of OF_AI_URL) {
      if (settings[name] !== undefined) problems.push(`${name} is set, but AI_URL is not: it is of that endpoint.`);
    }
    return undefined;
  }
  if (chat === undefined && embedding === undefined)
    problems.push("AI_URL is set, but neither AI_CHAT_MODELS nor AI_EMBEDDING_MODELS: no model could be asked.");
  return {
    url,
    key,
    chatModels: chat ?? [],
    embeddingModels: embedding ?? [],
    tokensADay: settings.AI_TOKENS_A_DAY,
  };
}
