/** What the stub was asked. */
export interface AskedModel {
  readonly path: string;
  readonly authorization: string | null;
  readonly body: Record<string, unknown>;
}

/**
 * A server with the API of OpenAI, as far as the tests go: it repeats the last message, piece by piece where it streams, and its embeddings are
 * lengths of texts. `answers`: what it says instead, the first of them first.
 */
export function aiStub() {
  const asked: AskedModel[] = [];
  const answers: (() => Response)[] = [];
  const server = Bun.serve({
    port: 0,
    async fetch(request) {
      const path = new URL(request.url).pathname;
      const body = (await request.json()) as AskedModel["body"];
      asked.push({ path, authorization: request.headers.get("authorization"), body });
      return answers.shift()?.() ?? modelAnswer(path, body);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/v1`,
    host: `127.0.0.1:${server.port}`,
    asked,
    answers,
    stop: () => server.stop(true),
  };
}

/** What it says by itself. */
export function modelAnswer(path: string, body: AskedModel["body"]): Response {
  if (path.endsWith("/embeddings")) return embeddings(body.input as string[]);
  const messages = body.messages as { content: string }[];
  const text = `You said: ${messages.at(-1)!.content}`;
  return body.stream ? streamed(text) : chat(text);
}

const USAGE = { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 };

const chat = (content: string) =>
  Response.json({
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: USAGE,
  });

/** Not in their order, which the API allows. */
const embeddings = (input: readonly string[]) =>
  Response.json({
    data: input.map((text, index) => ({ index, embedding: [text.length, 0.5] })).reverse(),
    usage: { prompt_tokens: 3, total_tokens: 3 },
  });

function streamed(text: string): Response {
  const chunks = [
    ...text.split(/(?= )/).map((content) => ({ choices: [{ delta: { content } }] })),
    { choices: [{ delta: {}, finish_reason: "stop" }] },
    { choices: [], usage: USAGE },
  ];
  const events = [...chunks.map((chunk) => JSON.stringify(chunk)), "[DONE]"].map((data) => `data: ${data}\r\n\r\n`);
  return new Response(events.join(""), { headers: { "content-type": "text/event-stream" } });
}
