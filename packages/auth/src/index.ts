/** Sign-up, sign-in and sessions. Nothing here loads the library behind them: that happens at the first use. */
export * from "./auth.ts";
export * from "./derive-key.ts";
export * from "./rate-limiter.ts";
export * from "./session-cookie.ts";
