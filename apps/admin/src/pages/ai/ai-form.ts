import type { AiSettings, AiSettingsChange } from "@plinth/client/ai";
import * as z from "zod";

export const aiForm = z.object({
  url: z.string().trim().max(2000),
  /** Empty: the stored one stays. */
  key: z.string().trim().max(2000),
  /** Names of models, separated by spaces, commas or lines. */
  chat_models: z.string(),
  embedding_models: z.string(),
  tokens_a_day: z.int().min(0).max(1_000_000_000_000).nullable(),
});

export type AiForm = z.infer<typeof aiForm>;

/** Endpoints that many use; the address of any other can be written. */
export const AI_PROVIDERS = [
  { id: "openai", name: "OpenAI", url: "https://api.openai.com/v1" },
  { id: "mistral", name: "Mistral", url: "https://api.mistral.ai/v1" },
  { id: "openrouter", name: "OpenRouter", url: "https://openrouter.ai/api/v1" },
] as const;

export function aiFormOf({ url, chat_models, embedding_models, tokens_a_day }: AiSettings): AiForm {
  return {
    url: url ?? "",
    key: "",
    chat_models: chat_models.join("\n"),
    embedding_models: embedding_models.join("\n"),
    tokens_a_day,
  };
}

/**
 * What differs from what is stored. An empty list of models is a list, an empty address none. A key goes with the address that
 * it was written for. Beside a first address of the workspace's own, all that is shown is sent: it was the server's before.
 */
export function aiChangeOf(form: AiForm, stored: AiSettings): AiSettingsChange {
  const before = aiFormOf(stored);
  const isFirst = stored.url === null && form.url !== "";
  const isChanged = (part: keyof AiForm): boolean =>
    isFirst || wordsIn(String(form[part])) !== wordsIn(String(before[part]));
  return {
    ...((form.url !== before.url || form.key !== "") && { url: form.url || null }),
    ...(form.key !== "" && { key: form.key }),
    ...(isChanged("chat_models") && { chat_models: listIn(form.chat_models) }),
    ...(isChanged("embedding_models") && { embedding_models: listIn(form.embedding_models) }),
    ...(isChanged("tokens_a_day") && { tokens_a_day: form.tokens_a_day }),
  };
}

/** Everything as if nothing had been set. */
export const NO_AI_SETTINGS: AiSettingsChange = {
  ...{ url: null, key: null, chat_models: null, embedding_models: null, tokens_a_day: null },
};

const listIn = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
const wordsIn = (text: string): string => listIn(text).join(" ");
