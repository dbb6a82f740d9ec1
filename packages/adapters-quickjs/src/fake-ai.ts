import type { SandboxCall, SandboxValue } from "@plinth/core";

/** What a model answers in a test: a text, from the messages that it was sent. */
export type FakeModel = (request: {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}) => string;

/** `context.ai` by a fake: a streamed answer comes word by word. Embeddings are faked as other calls are. */
export function fakeAi(model: FakeModel): Record<string, SandboxCall> {
  const streams = new Map<SandboxValue, { readonly words: string[]; readonly text: string }>();
  let last = 0;
  const ask = ([request]: readonly SandboxValue[]): string => model(request as Parameters<FakeModel>[0]);
  return {
    "ai.chat": async (values) => answerOf(ask(values)),
    "ai.stream": async (values) => {
      const text = ask(values);
      streams.set(++last, { words: text.split(/(?= )/), text });
      return { stream: last };
    },
    "$ai.read": async ([id]) => {
      const { words, text } = streams.get(id)!;
      const next = words.shift();
      return next === undefined ? { answer: answerOf(text) } : { text: next };
    },
    "$ai.cancel": async ([id]) => void streams.delete(id),
  };
}

const answerOf = (text: string) => ({
  ...{ model: "fake", text, tool_calls: [], finish_reason: "stop" },
  usage: { input_tokens: 0, output_tokens: 0 },
});
