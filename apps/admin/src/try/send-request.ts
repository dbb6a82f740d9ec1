export interface TriedAnswer {
  readonly status: number;
  readonly ms: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  /** There is more of it. */
  readonly cut: boolean;
}

const MAX_SHOWN = 100_000;

/** Sends a request, and reads its answer, whatever it is. */
export async function sendRequest(url: string, init: RequestInit): Promise<TriedAnswer> {
  const began = performance.now();
  const response = await fetch(url, { ...init, cache: "no-store" });
  const text = await response.text();
  const ms = performance.now() - began;
  const shown = pretty(text);
  return {
    status: response.status,
    ms,
    headers: [...response.headers],
    body: shown.slice(0, MAX_SHOWN),
    cut: shown.length > MAX_SHOWN,
  };
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
