/** Sign-up, sign-in and sessions. The library behind them is loaded on first use. */

export type * from "./attempts.ts";
export * from "./auth.ts";
export type * from "./auth-messages.ts";
export type * from "./auth-reports.ts";
export { CAPTCHA_GATES, CAPTCHA_HEADER, type CaptchaGate } from "./captcha/gates.ts";
export { siteVerify } from "./captcha/site-verify.ts";
export * from "./guard-labels.ts";
export { HashQueue, isOverloaded } from "./hash-queue.ts";
export type { ProvenBrowser, RememberedBrowser } from "./known-browsers.ts";
export type { PasswordPolicy } from "./new-passwords.ts";
export * from "./oauth/identity-provider.ts";
export * from "./oauth/issuer-documents.ts";
export { isVerified } from "./oauth/profile.ts";
export * from "./rate-limiter.ts";
export * from "./session-cookie.ts";
export { type Lifetime, lifetimeOf } from "./session-lifetime.ts";
export * from "./tokens/read-jwt.ts";
export * from "./tokens/token-crypto.ts";
