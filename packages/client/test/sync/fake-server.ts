import { Random } from "../../../../tests/fuzz/random.ts";
import { deferred } from "../../src/deferred.ts";
import { PlinthClientError } from "../../src/index.ts";
import { ModelServer } from "./model-server.ts";

export const url = "http://server.test";

/** The model behind `fetch`; a bearer token is the name of its user. */
export function fakeServer() {
  const model = new ModelServer(new Random(1));
  model.lags = false;
  const state = {
    model,
    online: true,
    /** What the next requests get, in place of an answer. */
    refusals: { pull: [] as Response[], push: [] as Response[] },
    /** Done, but the answer is lost. */
    loseAnswers: 0,
    pushes: [] as { key: string; operations: never[] }[],
    fetch: (async (input: URL, init: RequestInit = {}) => {
      const { pathname, searchParams } = new URL(String(input));
      if (!state.online) throw new TypeError("fetch failed");
      if (pathname.startsWith("/api/auth/")) return signIn(pathname, init);
      const user = new Headers(init.headers).get("authorization")?.slice("Bearer ".length) ?? "";
      const kind = pathname === "/api/sync" ? "pull" : "push";
      const refusal = state.refusals[kind].shift();
      if (refusal) return refusal;
      try {
        const answer = kind === "pull" ? await pull(user, searchParams, init) : push(user, init);
        if (state.loseAnswers-- > 0) throw new TypeError("fetch failed");
        return Response.json(answer);
      } catch (error) {
        if (!(error instanceof PlinthClientError)) throw error;
        const { code, message, status, details } = error;
        return Response.json({ error: { code, message, details } }, { status });
      }
    }) as unknown as typeof globalThis.fetch,
    /** Waiting requests look again. */
    news() {
      for (const wake of waiting.splice(0)) wake();
    },
  };
  const waiting: (() => void)[] = [];

  const pull = async (user: string, parameters: URLSearchParams, { body, signal }: RequestInit) => {
    const inAddress = { shapes: parameters.get("shapes"), after: parameters.get("after") ?? undefined };
    const { shapes, after } = body
      ? JSON.parse(body as string)
      : { ...inAddress, shapes: JSON.parse(inAddress.shapes!) };
    for (;;) {
      const answer = model.pull(user, shapes, after);
      const isNews = answer.more || answer.changes.length > 0 || Object.keys(answer.snapshots ?? {}).length > 0;
      if (isNews || !parameters.has("poll")) return answer;
      const turn = deferred<void>();
      waiting.push(turn.resolve);
      const stop = () => turn.reject(new DOMException("", "AbortError"));
      signal?.addEventListener("abort", stop);
      await turn.promise.finally(() => signal?.removeEventListener("abort", stop));
    }
  };

  const push = (user: string, init: RequestInit) => {
    const key = new Headers(init.headers).get("idempotency-key")!;
    const { operations } = JSON.parse(init.body as string);
    // Nothing happens under the name that a copy has first.
    if (!new Headers(init.headers).get("x-plinth-replica")!.startsWith("new/")) state.pushes.push({ key, operations });
    const [copy, number] = new Headers(init.headers).get("x-plinth-replica")!.split("/");
    const data = model.push(user, { operations, id: key, copy: copy!, number: Number(number) });
    state.news();
    return { data };
  };

  return state;
}

function signIn(path: string, init: RequestInit): Response {
  if (!path.endsWith("/sign-in/email")) return Response.json({ success: true });
  const { email } = JSON.parse(init.body as string);
  const user = { id: email.split("@")[0], email, name: email };
  return Response.json({ token: "t", user, tokens: { access_token: user.id, refresh_token: "r", expires_in: 900 } });
}
