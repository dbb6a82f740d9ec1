import { invalid, isObject } from "@plinth/core";
import * as z from "../kernel/zod.ts";

/** Characters of all messages together. */
const MOST_TEXT = 400_000;
const MOST_MESSAGES = 500;
const MOST_INPUTS = 256;
const MOST_INPUT = 32_768;
/** Tokens of an answer. */
const MOST_TOKENS = 32_768;
const USUAL_TOKENS = 1024;

const model = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe("One of those that are allowed; the first of them unless given");
const content = z.union([z.string(), z.array(z.json()).max(100)]);
const message = z.strictObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: content.nullable().optional(),
  name: z.string().max(100).optional(),
  tool_calls: z.array(z.json()).max(100).optional(),
  tool_call_id: z.string().max(200).optional(),
});

/** What is sent to `/chat/completions`, in the words of that API: https://platform.openai.com/docs/api-reference/chat. */
export const chatSchema = z
  .strictObject({
    model,
    messages: z.array(message).min(1).max(MOST_MESSAGES),
    max_tokens: z.int().min(1).max(MOST_TOKENS).default(USUAL_TOKENS).describe("Tokens of the answer"),
    temperature: z.number().min(0).max(2).optional(),
    top_p: z.number().min(0).max(1).optional(),
    stop: z.union([z.string().max(200), z.array(z.string().max(200)).max(4)]).optional(),
    seed: z.int().optional(),
    response_format: z.json().optional(),
    tools: z.array(z.json()).max(128).optional(),
    tool_choice: z.json().optional(),
  })
  .refine((request) => JSON.stringify(request).length <= MOST_TEXT, {
    message: `a request may have ${MOST_TEXT} characters`,
    path: ["messages"],
  });

export type ChatRequest = z.output<typeof chatSchema>;

/** Parts of a message that hold all that they mean. */
const inlinePart = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string() }),
  z.strictObject({
    type: z.literal("image_url"),
    image_url: z.strictObject({ url: z.string().startsWith("data:"), detail: z.string().max(20).optional() }),
  }),
  z.strictObject({
    type: z.literal("input_audio"),
    input_audio: z.strictObject({ data: z.string().regex(/^[A-Za-z0-9+/=]*$/), format: z.string().max(20) }),
  }),
]);

/** Throws for what an endpoint would fetch by itself: the server's own may reach the operator's private network. */
export function requireInline({ messages, tools = [] }: ChatRequest): void {
  const parts = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
  if (!parts.every((part) => inlinePart.safeParse(part).success))
    throw invalid("messages", "the server's endpoint takes parts of text, image_url with a data: URL, and input_audio");
  if (!tools.every((tool) => isObject(tool) && tool.type === "function"))
    throw invalid("tools", "the server's endpoint takes tools of the type function alone");
}

/** What is sent to `/embeddings`: https://platform.openai.com/docs/api-reference/embeddings. */
export const embedSchema = z.strictObject({
  model,
  input: z.union([
    z.string().min(1).max(MOST_INPUT),
    z.array(z.string().min(1).max(MOST_INPUT)).min(1).max(MOST_INPUTS),
  ]),
  dimensions: z.int().min(1).max(10_000).optional(),
});

export type EmbedRequest = z.output<typeof embedSchema>;

export interface TokenUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

export interface ChatAnswer {
  readonly model: string;
  readonly text: string;
  /** As the model has made them; none where it has only written. */
  readonly tool_calls: readonly unknown[];
  readonly finish_reason: string | null;
  readonly usage: TokenUsage;
}

export interface EmbedAnswer {
  readonly model: string;
  /** One for each input, in their order. */
  readonly embeddings: readonly (readonly number[])[];
  readonly usage: TokenUsage;
}
