import { files } from "../src/files/index.ts";
import { createClient, PlinthClientError } from "../src/index.ts";

export interface Sent {
  readonly method: string;
  readonly address: string;
  readonly headers: Headers;
  readonly body: string;
}

export type Answer = (n: number) => Response;

/** A client whose server gives these answers in turn, and then the last one again. */
export function storageOf(answers: readonly Answer[], workspace?: string) {
  const sent: Sent[] = [];
  const fetch = async (address: URL | string, init: RequestInit = {}): Promise<Response> => {
    const input = new URL(address);
    const { method = "GET", body } = init;
    const text = body === undefined ? "" : await new Response(body).text();
    const answer = answers[Math.min(sent.length, answers.length - 1)]!;
    const { pathname, search } = input;
    sent.push({ method, address: pathname + search, headers: new Headers(init.headers), body: text });
    return answer(sent.length);
  };
  const options = { url: "https://server.test", key: "sk_live_x", fetch: fetch as typeof globalThis.fetch };
  return { sent, storage: files(createClient({ ...options, ...(workspace !== undefined && { workspace }) })) };
}

export const data =
  (value: unknown): Answer =>
  () =>
    Response.json({ data: value });
export const stored = data({ id: "1", path: "a.txt" });
export const lost: Answer = () => {
  throw new TypeError("fetch failed");
};
export const refusedBy =
  (status: number, code: string): Answer =>
  () =>
    Response.json({ error: { code, message: "no" } }, { status });
export const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.catch((error: unknown) => (error instanceof PlinthClientError ? error.code : error));
