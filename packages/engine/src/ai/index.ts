export { type Ai, aiOf } from "./ai.ts";
export { type ChatAnswer, chatSchema, type EmbedAnswer, embedSchema, type TokenUsage } from "./requests.ts";
export { aiSettingsSchema, changeAiSettings, type ShownAiSettings, showAiSettings } from "./settings.ts";
export { type AiTest, testAiSettings } from "./test-settings.ts";
