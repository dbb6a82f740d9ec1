import type { JsonObject } from "@plinth/core";
import { unreachable } from "../request.ts";
import { PlinthClientError } from "../types.ts";

/** Reads lines of progress, and gives back the result, which is the last line. Throws the error that may stand there. */
export async function resultAfterProgress<T>(
  response: Response,
  onProgress: (progress: JsonObject) => void,
): Promise<T> {
  for await (const line of linesOf(response)) {
    const { progress, data, error } = JSON.parse(line) as Line<T>;
    if (data !== undefined) return data;
    if (error) throw refusal(error, response.headers.get("x-request-id") ?? undefined);
    if (progress) onProgress(progress);
  }
  throw unreachable(new Error("The answer ended before the result."));
}

interface Line<T> {
  readonly progress?: JsonObject;
  readonly data?: T;
  readonly error?: { readonly code: string; readonly message: string; readonly details?: object };
}

function refusal({ code, message, details }: NonNullable<Line<never>["error"]>, requestId: string | undefined) {
  // The status was sent before the error was known.
  return new PlinthClientError(code, message, 0, { details: details as never, requestId });
}

async function* linesOf(response: Response): AsyncGenerator<string, void> {
  // React Native has no streams.
  if (!response.body) {
    yield* (await response.text()).split("\n").filter(Boolean);
    return;
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
    const lines = rest.split("\n");
    rest = done ? "" : lines.pop()!;
    yield* lines.filter(Boolean);
    if (done) return;
  }
}
