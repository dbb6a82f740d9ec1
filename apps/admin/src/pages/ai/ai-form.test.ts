import { expect, test } from "bun:test";
import type { AiSettings } from "@plinth/client/ai";
import { aiChangeOf, aiFormOf } from "./ai-form.ts";

const STORED: AiSettings = {
  ...{ url: "https://models.example.com/v1", has_key: true, chat_models: ["small", "large"], embedding_models: [] },
  ...{ tokens_a_day: null, from: "workspace", used: { tokens: 0, until: null } },
};

test("only what was changed is sent: a key that is not written stays", () => {
  const form = aiFormOf(STORED);
  expect(aiChangeOf(form, STORED)).toEqual({});
  expect(aiChangeOf({ ...form, chat_models: "small, large", key: "sk-new" }, STORED)).toEqual({ key: "sk-new" });
  expect(aiChangeOf({ ...form, url: "", tokens_a_day: 1000, chat_models: "small" }, STORED)).toEqual({
    ...{ url: null, tokens_a_day: 1000, chat_models: ["small"] },
  });
});
