import {
  excerpt,
  mayAsk,
  OutgoingError,
  outgoingProblem,
  PlinthError,
  type PrivateHosts,
  type PublicFetch,
  type SandboxCall,
} from "@plinth/core";
import { isAllowedHost } from "../../kernel/allowed-hosts.ts";
import type { Engine } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";
import type { ClosableCalls } from "./closable-calls.ts";
import { OpenBodies } from "./open-bodies.ts";

/** Of all answers of a run together. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Of answers that are neither read nor cancelled: many functions look at the status alone. */
const MOST_OPEN = 256;
const MOST_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** The connection's own, and what says where the request comes from. */
const KEPT_BACK =
  /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|keep-alive|proxy-.*|x-forwarded-.*|cf-.*)$/;

/** What goes on to another origin. Which of a function's own headers are credentials is not known. */
const KEPT_ELSEWHERE: ReadonlySet<string> = new Set(["accept", "accept-language", "content-type", "user-agent"]);

/** RFC 9110, 5.1 and 5.5. */
const headerSchema = z.tuple([
  z
    .string()
    .max(200)
    .regex(/^[!#$%&'*+.^_`|~\w-]+$/),
  z
    .string()
    .max(8192)
    .regex(/^[\t\x20-\x7e\x80-\xff]*$/),
]);

const requestSchema = z.strictObject({
  url: z.string().max(8192),
  method: z.string().regex(/^[A-Z]{1,20}$/),
  headers: z.array(headerSchema).max(100),
  body: z.union([z.string(), z.instanceof(Uint8Array)]).optional(),
});

type FunctionRequest = z.output<typeof requestSchema>;

/** `fetch` of a function: by https to hosts that its version names, and never into a private network. Redirects must stay on such hosts. */
export function fetchCalls({ config, publicFetch }: Engine, hosts: readonly string[]): ClosableCalls {
  const bodies = new OpenBodies({
    what: "fetch",
    most: MOST_BYTES,
    open: MOST_OPEN,
    cut: () => new PlinthError("VALIDATION", "fetch: the answer ended too early.", { reason: "unreachable" }),
  });
  // What the operator has named may be anywhere, whatever its name resolves to.
  const sendTo = (url: URL) => (mayAsk(url, config.privateAddresses) ? webFetch : (publicFetch ?? webFetch));
  const readBody: SandboxCall = ([id]) => bodies.read(id);
  const cancelBody: SandboxCall = ([id]) => bodies.cancel(id);
  const ask: SandboxCall = async ([given], signal) => {
    const parsed = requestSchema.safeParse(given);
    if (!parsed.success) throw new PlinthError("VALIDATION", "fetch: not a request.");
    try {
      const { body, ...head } = await follow(parsed.data, hosts, config.privateAddresses, (url, request) =>
        sendTo(url)(url, { signal, ...request }),
      );
      return { ...head, ...(body && { stream: bodies.add(body) }) };
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error;
      throw new PlinthError("VALIDATION", `fetch: ${excerpt(parsed.data.url)} ${error.message}.`, {
        reason: error.reason,
      });
    }
  };
  const calls = { fetch: ask, "$fetch.read": readBody, "$fetch.cancel": cancelBody };
  return { calls, close: () => bodies.close() };
}

type Send = (url: URL, request: Omit<Parameters<PublicFetch>[1], "signal">) => ReturnType<PublicFetch>;

async function follow(request: FunctionRequest, hosts: readonly string[], mayBePrivate: PrivateHosts, send: Send) {
  let { url: address, method, body, headers } = request;
  for (let redirects = 0; ; redirects++) {
    const url = requireAllowed(address, hosts, mayBePrivate);
    const answer = await send(url, { method, headers: sentHeaders(headers), ...(body !== undefined && { body }) });
    const location = REDIRECTS.has(answer.status) ? answer.headers.get("location") : null;
    if (location === null) {
      return {
        status: shownStatus(answer.status),
        url: url.href,
        headers: [...answer.headers],
        body: answer.body,
      };
    }
    await answer.body?.cancel().catch(() => {});
    if (redirects === MOST_REDIRECTS)
      throw new OutgoingError("redirect", `leads through more than ${MOST_REDIRECTS} redirects`);
    // RFC 9110, 15.4: all but 307 and 308 go on with GET.
    if (answer.status < 307 && method !== "HEAD") {
      [method, body] = ["GET", undefined];
      headers = headers.filter(([name]) => !name.toLowerCase().startsWith("content-"));
    }
    const next = URL.parse(location, url);
    if (!next) throw new OutgoingError("redirect", "redirects to what is no address");
    if (next.origin !== url.origin) headers = headers.filter(([name]) => KEPT_ELSEWHERE.has(name.toLowerCase()));
    address = next.href;
  }
}

function requireAllowed(address: string, hosts: readonly string[], mayBePrivate: PrivateHosts): URL {
  const url = URL.parse(address);
  if (!url) throw new OutgoingError("address", "is no address");
  if (!isAllowedHost(hosts, url))
    throw new PlinthError(
      "FORBIDDEN",
      `This function may not ask ${excerpt(url.host)}: its permissions do not name it.`,
    );
  const wrong = outgoingProblem(address, mayBePrivate);
  if (wrong) throw new OutgoingError("address", wrong);
  return url;
}

function sentHeaders(headers: FunctionRequest["headers"]): Record<string, string> {
  return Object.fromEntries(headers.filter(([name]) => !KEPT_BACK.test(name.toLowerCase())));
}

/** A `Response` has none below 200. */
const shownStatus = (status: number): number => Math.max(200, status);

/** For hosts without a `PublicFetch`, which have no private network of ours around them: only the name is checked. */
const webFetch: PublicFetch = async (url, { signal, ...request }) => {
  try {
    const response = await fetch(url, { ...request, redirect: "manual", signal });
    // Some runtimes hide where a redirect leads.
    if (response.type !== "opaqueredirect") return response;
  } catch (error) {
    throw new OutgoingError("unreachable", "cannot be reached", { cause: error });
  }
  throw new OutgoingError("redirect", "answers with a redirect, which this host does not follow");
};
