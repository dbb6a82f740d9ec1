import type { FillSample } from "../../app/sample-data.ts";

/** An endpoint that nothing asks. */
export const fillSample: FillSample = async (api) => {
  const models = { chat_models: ["gpt-4o-mini", "gpt-4o"], embedding_models: ["text-embedding-3-small"] };
  const settings = { url: "https://api.openai.com/v1", key: "sk-sample", tokens_a_day: 200_000, ...models };
  await api("/ai-settings", settings, "PATCH");
  return {};
};
