import type { RequestState } from "../context.ts";
import type { AnswerHeaders } from "./answer.ts";

const PREFLIGHT_SECONDS = "600";
/** Of a page's request: what names a caller, and the body. */
const ALLOWED_HEADERS = ["authorization", "content-type", "x-api-key", "apikey", "traceparent"];

/** Which pages may call a route that decides it itself. They never send cookies. */
export interface OwnCors {
  /** `*`: those of every origin. */
  readonly origins: readonly string[];
  /** Headers that they may send beside those that every caller may. */
  readonly headers: readonly string[];
  readonly methods: readonly string[];
}

/** Of an answer to a page that may call. Undefined: this page may not. */
function ownCorsHeaders({ origins }: Pick<OwnCors, "origins">, origin: string | null): AnswerHeaders | undefined {
  if (origins.includes("*")) return { "access-control-allow-origin": "*", "access-control-expose-headers": "*" };
  // A cache must not keep the answer for one page for another.
  if (origin === null || !origins.includes(origin)) return undefined;
  return { "access-control-allow-origin": origin, "access-control-expose-headers": "*", vary: "origin" };
}

/** The answer to a preflight of such a page. */
export function ownPreflightHeaders(cors: OwnCors, origin: string | null): AnswerHeaders | undefined {
  const allowed = ownCorsHeaders(cors, origin);
  return (
    allowed && {
      ...allowed,
      "access-control-allow-methods": cors.methods.join(", "),
      "access-control-allow-headers": [...ALLOWED_HEADERS, ...cors.headers].join(", "),
      "access-control-max-age": PREFLIGHT_SECONDS,
    }
  );
}

/** Has every answer to the request say which pages may read it, whether it succeeds or not. */
export function allowPages(state: RequestState, { origins }: Pick<OwnCors, "origins">, origin: string | null): void {
  if (origins.length === 0) return;
  state.corsHeaders = ownCorsHeaders({ origins }, origin) ?? { vary: "origin" };
}
