import { PlinthError } from "@plinth/core";
import { reasonOf, refusalFor } from "./failures.ts";
import type { OAuthFlow } from "./flow.ts";
import type { OAuthAnswer, OAuthFailure } from "./identity-provider.ts";

/** Where a callback leads whose state is not known: nobody has said which page waits for it. */
const LOST_PAGE = "/sign-in";
/** This server's page for a code. An app's own page asks for it itself. */
const SECOND_FACTOR_PAGE = "/second-factor";

/** Where this server is, and where its pages for the workspace begin. */
interface Addresses {
  readonly appUrl: string;
  readonly pagesUrl: string;
}

/** The answer to a request of a flow. A callback leads to its page, with the reason where it failed. */
export async function answerOf(
  flow: OAuthFlow,
  at: Addresses,
  request: Request,
  work: () => Promise<Response>,
): Promise<OAuthAnswer> {
  if (request.method !== "GET") return { response: await work(), linked: flow.linked };
  let response: Response;
  try {
    response = await work();
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    return failed(flow, at, { reason: error.code.toLowerCase(), email: flow.email, cause: error });
  }
  if (response.status !== 302) return challenged(flow, at, response);
  const { appUrl } = at;
  const location = new URL(response.headers.get("location")!, appUrl);
  const code = location.searchParams.getAll("error").at(-1);
  const { pages, linked } = flow;
  const targets = [pages?.page, pages?.newUserPage].map((page) => page && new URL(page, appUrl).href);
  if (targets.includes(location.href)) return { response: leading(location, response.headers), linked };
  const { failure, email } = flow;
  const known = failure instanceof PlinthError ? failure : undefined;
  const reason = flow.reason ?? known?.code.toLowerCase() ?? reasonOf(code ?? "", flow);
  const cause = known ?? refusalFor(reason);
  return failed(flow, at, { reason, email, cause }, location);
}

/** The first proof was enough for a challenge, which is in the answer's cookie. */
function challenged({ pages, linked }: OAuthFlow, at: Addresses, response: Response): OAuthAnswer {
  const page = pages?.page ?? "/";
  const own = page.startsWith("/");
  const target = new URL(own ? at.pagesUrl + SECOND_FACTOR_PAGE : page);
  if (own) target.searchParams.set("next", page);
  else target.searchParams.set("error", "second_factor_required");
  return { response: leading(target, response.headers), linked };
}

/** better-auth's own page of errors is none here. */
function failed({ pages, linked }: OAuthFlow, at: Addresses, failure: OAuthFailure, location?: URL): OAuthAnswer {
  const known = pages?.errorPage ?? (location?.pathname.endsWith("/api/auth/error") ? undefined : location?.href);
  const target = new URL(known ?? at.pagesUrl + LOST_PAGE, at.appUrl);
  target.searchParams.delete("error_description");
  target.searchParams.set("error", failure.reason);
  return { response: leading(target, new Headers()), failure, linked };
}

function leading(target: URL, from: Headers): Response {
  const headers = new Headers({ location: target.href, "cache-control": "no-store", "referrer-policy": "no-referrer" });
  for (const cookie of from.getSetCookie()) headers.append("set-cookie", cookie);
  return new Response(null, { status: 302, headers });
}
