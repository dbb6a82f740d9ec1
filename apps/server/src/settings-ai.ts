import * as z from "zod";
import { serviceAddress, whole } from "./config-parsers.ts";
import type { Setting } from "./setting.ts";

const MODEL = /^[\w.:/@-]{1,200}$/;

const modelNames = z.string().transform((text, context) => {
  const list = text.split(",").map((name) => name.trim());
  const wrong = list.find((name) => !MODEL.test(name));
  if (wrong === undefined) return list;
  context.addIssue(`it must be names of models such as gpt-4o-mini, separated by commas ("${wrong}" is none)`);
  return z.NEVER;
});

/** The endpoint for AI models of all workspaces that have none of their own. */
export const AI_SETTINGS = {
  AI_URL: {
    description:
      "An endpoint with the API of OpenAI for all workspaces that have set none of their own, such as `https://api.openai.com/v1`, or `http://localhost:11434/v1` of Ollama; see docs/ai.md. By default none.",
    parse: serviceAddress,
  },
  AI_KEY: {
    description: "The key of `AI_URL`.",
    show: (value: string) => `(${value.length} characters)`,
    parse: z.string().regex(/^[\x21-\x7e]+$/, "it must be visible ASCII characters without spaces"),
  },
  AI_CHAT_MODELS: {
    description:
      "The models of `AI_URL` that may be asked for chats, separated by commas. The first is asked where a request names none.",
    parse: modelNames,
  },
  AI_EMBEDDING_MODELS: { description: "The same for embeddings.", parse: modelNames },
  AI_TOKENS_A_DAY: {
    description: "Tokens of requests and answers that one workspace may use of `AI_URL` within 24 hours.",
    default: "1000000",
    parse: whole(0, 1_000_000_000_000),
  },
} as const satisfies Record<string, Setting>;
