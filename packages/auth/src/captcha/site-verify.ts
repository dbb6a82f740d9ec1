import {
  CaptchaError,
  type CaptchaProvider,
  type CaptchaVerdict,
  type CaptchaVerifier,
  fetchBounded,
  isObject,
  type Json,
  OutgoingError,
} from "@plinth/core";

/** Somebody waits for the answer. */
const LIMITS = { timeoutMs: 5000, maxBytes: 16_384 } as const;

const ENDPOINTS: Readonly<Record<CaptchaProvider, string>> = {
  turnstile: "https://challenges.cloudflare.com/turnstile/v0/siteverify",
  hcaptcha: "https://api.hcaptcha.com/siteverify",
};

/** Codes that say nothing about the token: the provider has failed, or the workspace's keys are wrong. */
const NO_VERDICT: ReadonlySet<string> = new Set([
  "missing-input-secret",
  "invalid-input-secret",
  "sitekey-secret-mismatch",
  "not-using-dummy-secret",
  "bad-request",
  "internal-error",
]);

/**
 * The `siteverify` API, which both providers have. better-auth's plugin asks it too, but follows redirects, reads answers
 * of any size, does not compare hCaptcha's host names, and records nothing.
 */
export function siteVerify(endpoints = ENDPOINTS, mayBePrivate = false): CaptchaVerifier {
  return {
    async verify({ provider, siteKey, secret, token, address }) {
      const body = new URLSearchParams({ secret, response: token });
      // Turnstile has no such parameter: its secret belongs to one site key.
      if (provider === "hcaptcha") body.set("sitekey", siteKey);
      if (address !== undefined) body.set("remoteip", address);
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const init = { method: "POST", headers, body: String(body) };
      try {
        const { status, text } = await fetchBounded(endpoints[provider], init, { ...LIMITS, mayBePrivate });
        if (status >= 500) throw new CaptchaError(`status ${status}`);
        return verdictIn(JSON.parse(text) as Json);
      } catch (error) {
        if (error instanceof OutgoingError) throw new CaptchaError(error.reason, { cause: error });
        if (error instanceof SyntaxError) throw new CaptchaError("not JSON");
        throw error;
      }
    },
  };
}

function verdictIn(answer: Json): CaptchaVerdict {
  if (!isObject(answer) || typeof answer.success !== "boolean") throw new CaptchaError("no verdict");
  const { success, hostname, action, "error-codes": codes } = answer;
  if (success) return { solved: true, hostname: textOf(hostname), action: textOf(action) };
  const known = Array.isArray(codes) ? codes.filter((code) => typeof code === "string") : [];
  const failure = known.find((code) => NO_VERDICT.has(code));
  if (failure !== undefined) throw new CaptchaError(failure);
  return { solved: false, reason: known[0]?.slice(0, 100) ?? "not solved" };
}

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
