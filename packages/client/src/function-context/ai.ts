export interface TokenUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

export interface ChatMessage {
  readonly role: "system" | "developer" | "user" | "assistant" | "tool";
  /** A text, or parts as the endpoint takes them. */
  readonly content?: string | readonly object[] | null;
  readonly name?: string;
  readonly tool_calls?: readonly object[];
  readonly tool_call_id?: string;
}

/** In the words of OpenAI's `/chat/completions`. */
export interface ChatRequest {
  /** The first of the workspace's unless given. */
  readonly model?: string;
  readonly messages: readonly ChatMessage[];
  /** Of the answer: 1,024 unless given. */
  readonly max_tokens?: number;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly stop?: string | readonly string[];
  readonly seed?: number;
  readonly response_format?: object;
  readonly tools?: readonly object[];
  readonly tool_choice?: string | object;
}

export interface ChatAnswer {
  readonly model: string;
  readonly text: string;
  readonly tool_calls: readonly object[];
  readonly finish_reason: string | null;
  readonly usage: TokenUsage;
}

export interface EmbedRequest {
  readonly model?: string;
  readonly input: string | readonly string[];
  readonly dimensions?: number;
}

export interface EmbedAnswer {
  readonly model: string;
  /** One for each input, in their order. */
  readonly embeddings: readonly (readonly number[])[];
  readonly usage: TokenUsage;
}

/** `context.ai`: models of the workspace's endpoint. */
export interface FunctionAi {
  chat(request: ChatRequest): Promise<ChatAnswer>;
  /**
   * The answer's text as it comes. The whole answer is what the generator returns.
   *
   * @example
   * export default ({ ai }) => new Response(ai.stream({ messages: [{ role: "user", content: "Hello!" }] }));
   */
  stream(request: ChatRequest): AsyncGenerator<string, ChatAnswer>;
  embed(request: EmbedRequest): Promise<EmbedAnswer>;
}
