import { invalid, PlinthError } from "@plinth/core";
import { type Ai, aiOf, type ChatAnswer, chatSchema, embedSchema, type TokenUsage } from "../../ai/index.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import type { CollectedRun } from "../../runs/index.ts";
import { callOptions } from "./arguments.ts";
import type { ClosableCalls } from "./closable-calls.ts";

/** Requests of a run at once, streams that are not read to their end included. */
const MOST_AT_ONCE = 8;

/** `context.ai`: models of the workspace's endpoint. `allowed`: those that the version names; true: all. */
export function aiCalls(ctx: RequestContext, allowed: true | readonly string[], run: CollectedRun): ClosableCalls {
  const streams = new ChatStreams(run);
  let asking = 0;
  const ask = async <A>(work: (ai: Ai) => Promise<A> | A): Promise<A> => {
    if (asking + streams.size >= MOST_AT_ONCE)
      throw new PlinthError("LIMIT_EXCEEDED", `A run may ask models ${MOST_AT_ONCE} times at once.`);
    asking += 1;
    try {
      return await work(await aiOf(ctx, allowed));
    } finally {
      asking -= 1;
    }
  };
  const calls: ClosableCalls["calls"] = {
    "ai.chat": async ([given], signal) => {
      const request = callOptions(chatSchema, given);
      return counted(run, await ask((ai) => ai.chat(request, signal)));
    },
    "ai.embed": async ([given], signal) => {
      const request = callOptions(embedSchema, given);
      return counted(run, await ask((ai) => ai.embed(request, signal)));
    },
    "ai.stream": async ([given], signal) => {
      const request = callOptions(chatSchema, given);
      return ask((ai) => ({ stream: streams.add(ai.stream(request, signal)) }));
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

  get size(): number {
    return this.#open.size;
  }

  add(answer: AsyncGenerator<string, ChatAnswer>): number {
    this.#open.set(++this.#last, answer);
    return this.#last;
  }

  async read(id: unknown): Promise<{ readonly text: string } | { readonly answer: ChatAnswer }> {
    const stream = this.#open.get(id);
    if (!stream) throw invalid("stream", "there is no such stream");
    const { done, value } = await stream.next().catch((error: unknown) => {
      this.#open.delete(id);
      throw error;
    });
    if (!done) return { text: value };
    this.#open.delete(id);
    return { answer: counted(this.run, value) };
  }

  async cancel(id: unknown): Promise<undefined> {
    await this.#open
      .get(id)
      ?.return(undefined as never)
      .catch(() => {});
    // Its connection counts until it is closed.
    this.#open.delete(id);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.cancel(id)));
  }
}
