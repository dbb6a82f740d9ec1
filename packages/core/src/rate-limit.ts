/** A number of requests in a window of time. */
export interface LimitPolicy {
  /** In the headers, and part of what counts together. */
  readonly name: string;
  readonly max: number;
  readonly windowMs: number;
}

/** A limit after it was asked. */
export interface LimitState {
  readonly policy: LimitPolicy;
  readonly allowed: boolean;
  readonly remaining: number;
  /** Until the window ends. */
  readonly seconds: number;
}

/** The headers of draft-ietf-httpapi-ratelimit-headers-11. */
export function limitHeaders({ policy, remaining, seconds }: LimitState): Record<string, string> {
  const { name, max, windowMs } = policy;
  return {
    "ratelimit-policy": `"${name}";q=${max};w=${windowMs / 1000}`,
    ratelimit: `"${name}";r=${remaining};t=${seconds}`,
  };
}

/** The headers of an error that says by which limit a request was refused. */
export function refusedLimitHeaders(details: { readonly [name: string]: unknown } | undefined): Record<string, string> {
  const { retry_after: seconds, rate_limit: limit } = details ?? {};
  if (typeof seconds !== "number" || typeof limit !== "object" || limit === null) return {};
  const { name, limit: max, seconds: window } = limit as { name: string; limit: number; seconds: number };
  const policy = { name, max, windowMs: window * 1000 };
  return limitHeaders({ policy, allowed: false, remaining: 0, seconds });
}

/** The details of such an error. */
export function limitDetails({ policy, seconds }: LimitState) {
  const rate_limit = { name: policy.name, limit: policy.max, seconds: policy.windowMs / 1000 };
  return { retry_after: seconds, rate_limit };
}
