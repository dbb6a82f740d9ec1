import { invalid } from "@plinth/core";
import { aiOf, type ChatAnswer, chatSchema, embedSchema, type TokenUsage } from "../../ai/index.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import type { CollectedRun } from "../../runs/index.ts";
import { callOptions } from "./arguments.ts";
import type { ClosableCalls } from "./closable-calls.ts";

/** `context.ai`: models of the workspace's endpoint. `allowed`: those that the version names; true: all. */
export function aiCalls(ctx: RequestContext, allowed: true | readonly string[], run: CollectedRun): ClosableCalls {
  const streams = new ChatStreams(run);
  const calls: ClosableCalls["calls"] = {
    "ai.chat": async ([given], signal) => {
      const request = callOptions(chatSchema, given);
      return counted(run, await (await aiOf(ctx, allowed)).chat(request, signal));
    },
    "ai.embed": async ([given], signal) => {
      const request = callOptions(embedSchema, given);
      return counted(run, await (await aiOf(ctx, allowed)).embed(request, signal));
    },
    "ai.stream": async ([given], signal) => {
      const request = callOptions(chatSchema, given);
      return { stream: streams.add((await aiOf(ctx, allowed)).stream(request, signal)) };
    },
    "$ai.read": ([id]) => streams.read(id),
    "$ai.cancel": ([id]) => streams.cancel(id),
  };
  return { calls, close: () => streams.close() };
}

/** The log of runs has the sum of the tokens. */
function counted<A extends { readonly usage: TokenUsage }>(run: CollectedRun, answer: A): A {
  const { input_tokens, output_tokens } = answer.usage;
  run.count({ "gen_ai.usage.input_tokens": input_tokens, "gen_ai.usage.output_tokens": output_tokens });
  return answer;
}

/** Answers that a function reads piece by piece, each by its number. */
class ChatStreams {
  readonly #open = new Map<unknown, AsyncGenerator<string, ChatAnswer>>();
  #last = 0;

  constructor(private readonly run: CollectedRun) {}

  add(answer: AsyncGenerator<string, ChatAnswer>): number {
    this.#open.set(++this.#last, answer);
    return this.#last;
  }

  async read(id: unknown): Promise<{ readonly text: string } | { readonly answer: ChatAnswer }> {
    const stream = this.#open.get(id);
    if (!stream) throw invalid("stream", "there is no such stream");
    const { done, value } = await stream.next();
    if (!done) return { text: value };
    this.#open.delete(id);
    return { answer: counted(this.run, value) };
  }

  async cancel(id: unknown): Promise<undefined> {
    const stream = this.#open.get(id);
    this.#open.delete(id);
    await stream?.return(undefined as never).catch(() => {});
  }

  /** What was set aside for them and not used is given back. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.cancel(id)));
  }
}
