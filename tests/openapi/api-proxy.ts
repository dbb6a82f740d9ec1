/**
 * Stands between a program that tries every operation and the server: sends credentials that are valid, however many of
 * them the program revokes, and ends streams, which the server would keep open.
 */
export interface ApiProxy {
  readonly url: string;
  /** How many answers it ended because they were streams, and how many credentials were used up. */
  readonly counts: { streams: number; renewed: number };
  stop(): Promise<void>;
}

/** How long a stream's beginning is awaited. */
const STREAM_MS = 150;

export async function apiProxy(
  target: string,
  makeCredentials: () => Promise<Record<string, string>>,
): Promise<ApiProxy> {
  const counts = { streams: 0, renewed: 0 };
  let credentials = await makeCredentials();

  const forward = async (request: Request, body: ArrayBuffer | undefined): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.delete("host");
    for (const [name, value] of Object.entries(credentials)) headers.set(name, value);
    const init = { method: request.method, headers, redirect: "manual" as const, decompress: false };
    return fetch(`${target}${pathname}${search}`, { ...init, ...(body && { body }) });
  };

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    async fetch(request) {
      const body = request.body ? await request.arrayBuffer() : undefined;
      let answer = await forward(request, body);
      if (answer.status === 401) {
        await answer.body?.cancel();
        counts.renewed++;
        credentials = await makeCredentials();
        answer = await forward(request, body);
      }
      const headers = new Headers(answer.headers);
      // A client that follows it leaves the API for a page.
      headers.delete("location");
      const { status } = answer;
      if (!headers.get("content-type")?.startsWith("text/event-stream")) {
        return new Response(answer.body, { status, headers });
      }
      counts.streams++;
      return new Response(await beginningOf(answer), { status, headers });
    },
  });
  return { url: server.url.origin, counts, stop: () => server.stop(true) };
}

async function beginningOf({ body }: Response): Promise<string> {
  const reader = body!.getReader();
  const timer = setTimeout(() => void reader.cancel(), STREAM_MS);
  let text = "";
  for (const decoder = new TextDecoder(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  clearTimeout(timer);
  return text;
}
