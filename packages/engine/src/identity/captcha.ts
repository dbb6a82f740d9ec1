import { type CaptchaAttempt, type CaptchaGate, siteVerify } from "@plinth/auth";
import {
  type CaptchaAction,
  CaptchaError,
  type CaptchaVerdict,
  type CaptchaVerifier,
  PlinthError,
  type SqlDriver,
} from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { recordRefusal } from "./security-events.ts";
import { type AuthSettings, authSettingsOf } from "./settings/auth-settings.ts";
import { decryptedSetting } from "./settings/secrets.ts";

/** Longer than any that the providers make. */
const MAX_TOKEN = 10_000;

const byProviders = siteVerify();

/** The operator of the server sets this address, and may have the service in the same network. */
function verifierOf({ captcha, config: { captchaVerifyUrl: url } }: Engine): CaptchaVerifier {
  return captcha ?? (url === undefined ? byProviders : siteVerify({ turnstile: url, hcaptcha: url }, true));
}

interface CaptchaCheck extends CaptchaAttempt {
  readonly workspaceId: string;
}

/**
 * Whether whoever is not signed in has to solve a challenge first: the one rule for requests, and for pages that show it. A link or a
 * code that makes an account is a sign-up as well, where the workspace takes new users, for all addresses alike.
 */
export function asksForCaptcha({ captcha, ...settings }: AuthSettings, { action, newcomers }: CaptchaGate): boolean {
  const { provider, required_for } = captcha;
  if (provider === null) return false;
  return required_for.includes(action) || (required_for.includes("sign_up") && takesNewcomers(settings, newcomers));
}

function takesNewcomers(
  { sign_up, phone }: Pick<AuthSettings, "sign_up" | "phone">,
  by: CaptchaGate["newcomers"],
): boolean {
  if (by === undefined || sign_up.mode !== "open") return false;
  return by === "mail" || (phone.sign_up && sign_up.domains.length === 0);
}

/** Refuses a request without a solved challenge, where the workspace asks for one. Whatever is no clear verdict refuses. */
export async function requireCaptcha(engine: Engine, driver: SqlDriver, attempt: CaptchaCheck): Promise<void> {
  const { workspaceId, gate, address } = attempt;
  const settings = await authSettingsOf(engine, driver, workspaceId);
  if (!asksForCaptcha(settings, gate)) return;
  const { captcha } = settings;
  const { provider, site_key } = captcha;
  const { action } = gate;
  const refuse = (code: "CAPTCHA_FAILED" | "CAPTCHA_UNAVAILABLE", reason: string) =>
    recordRefusal(engine, driver, {
      workspaceId,
      type: "captcha_refusal",
      address,
      detail: { action, provider, code, reason },
    }).then(() => {
      throw new PlinthError(code, undefined, { provider, site_key, action });
    });
  let wrong: string | undefined;
  try {
    wrong = await problemOf(engine, captcha, attempt);
  } catch (error) {
    if (!(error instanceof CaptchaError)) throw error;
    engine.log.warn("a CAPTCHA could not be checked", { workspaceId, provider, reason: error.message });
    return refuse("CAPTCHA_UNAVAILABLE", error.message);
  }
  if (wrong !== undefined) await refuse("CAPTCHA_FAILED", wrong);
}

async function problemOf(
  engine: Engine,
  captcha: AuthSettings["captcha"],
  { workspaceId, gate, token, address }: CaptchaCheck,
): Promise<string | undefined> {
  if (!token) return "missing";
  if (token.length > MAX_TOKEN) return "too long";
  const { provider, site_key: siteKey, hostnames } = captcha;
  const secret = await decryptedSetting(engine, { workspaceId, section: "captcha", name: "secret" }, captcha.secret!);
  if (secret === undefined) throw new CaptchaError("the secret cannot be read: PLINTH_SECRET has changed");
  const asked = { provider: provider!, siteKey: siteKey!, secret, token, address };
  return wrongIn(await verifierOf(engine).verify(asked), gate.action, hostnames);
}

/** A challenge that was solved for something else, or on somebody else's page, is none. */
function wrongIn(verdict: CaptchaVerdict, action: CaptchaAction, hostnames: readonly string[]): string | undefined {
  if (!verdict.solved) return verdict.reason;
  if (verdict.action !== undefined && verdict.action !== action) return "solved for another action";
  if (hostnames.length > 0 && !hostnames.some((name) => name.toLowerCase() === verdict.hostname?.toLowerCase())) {
    return "solved on another host";
  }
  return undefined;
}
