import { excerpt, invalid, isPrivateHost, OutgoingError, type PublicAnswer, type PublicFetch } from "@plinth/core";
import { type LeastRate, steadyAnswer } from "./steady-answer.ts";

const MOST_REDIRECTS = 5;
/** Until the headers of the last answer are there. */
const ANSWER_MS = 30_000;
/** Until the last byte. */
const ALL_MS = 10 * 60_000;
/** A server that sends less while we wait only holds a connection. */
const LEAST: LeastRate = { bytes: 64 * 1024, ms: 10_000 };
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Opens what a caller has named, redirects included; each is checked as the first address. Throws `VALIDATION` on `url`. */
export async function openUrl(
  address: string,
  send: PublicFetch = webFetch,
  least: LeastRate = LEAST,
): Promise<PublicAnswer> {
  const ending = new AbortController();
  // Not by `AbortSignal.any`, which Vercel's edge has not.
  const all = AbortSignal.timeout(ALL_MS);
  all.addEventListener("abort", () => ending.abort(all.reason));
  const late = setTimeout(() => ending.abort(), ANSWER_MS);
  try {
    const { status, headers, body } = await follow(address, (url) => send(url, { signal: ending.signal }));
    return { status, headers, body: body && steadyAnswer(body, least, ending.signal) };
  } catch (error) {
    if (!(error instanceof OutgoingError)) throw error;
    throw invalid("url", ending.signal.aborted ? `did not answer within ${ANSWER_MS / 1000} seconds` : error.message);
  } finally {
    clearTimeout(late);
  }
}

async function follow(address: string, send: (url: URL) => Promise<PublicAnswer>): Promise<PublicAnswer> {
  let url = requirePublic(address);
  for (let redirects = 0; ; redirects++) {
    const answer = await send(url);
    if (answer.status === 200) return answer;
    await answer.body?.cancel().catch(() => {});
    const next = REDIRECTS.has(answer.status) && answer.headers.get("location");
    if (!next) throw invalid("url", `answers with status ${answer.status}`);
    if (redirects === MOST_REDIRECTS) throw invalid("url", `leads through more than ${MOST_REDIRECTS} redirects`);
    url = requirePublic(next, url);
  }
}

/** What the address alone says. The name is resolved by who sends the request. */
function requirePublic(address: string, base?: URL): URL {
  const url = URL.parse(address, base?.href);
  const wrong = (what: string) => invalid("url", base ? `redirects to ${excerpt(address)}, which ${what}` : what);
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw wrong("must begin with https:// or http://");
  if (url.username !== "" || url.password !== "") throw wrong("must not contain credentials");
  if (isPrivateHost(url.hostname)) throw wrong("must not be an address of a private network");
  url.hash = "";
  return url;
}

/** For hosts without a `PublicFetch`: only the name is checked. */
const webFetch: PublicFetch = async (url, { signal }) => {
  try {
    return await fetch(url, { redirect: "manual", signal, headers: { "accept-encoding": "identity" } });
  } catch (error) {
    throw new OutgoingError("unreachable", "cannot be reached", { cause: error });
  }
};
