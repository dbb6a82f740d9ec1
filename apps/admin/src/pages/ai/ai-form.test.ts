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
  expect(aiChangeOf({ ...form, chat_models: "small, large", key: "sk-new" }, STORED)).toEqual({
    ...{ url: STORED.url, key: "sk-new" },
  });
  expect(aiChangeOf({ ...form, url: "", tokens_a_day: 1000, chat_models: "small" }, STORED)).toEqual({
    ...{ url: null, tokens_a_day: 1000, chat_models: ["small"] },
  });
});

test("what was shown of the server's endpoint is saved with an address of one's own", () => {
  const servers: AiSettings = { ...STORED, url: null, has_key: false, from: "server", tokens_a_day: 100_000 };
  const url = "https://own.example.com/v1";
  expect(aiChangeOf({ ...aiFormOf(servers), url, key: "sk-own" }, servers)).toEqual({
    ...{ url, key: "sk-own", chat_models: ["small", "large"], embedding_models: [], tokens_a_day: 100_000 },
  });
  expect(aiChangeOf({ ...aiFormOf(servers), tokens_a_day: 5 }, servers)).toEqual({ tokens_a_day: 5 });
});
