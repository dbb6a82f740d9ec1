import { HashQueue } from "@plinth/auth";
import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";
import { AttemptGuard } from "./attempt-guard.ts";
import { SharedLimiter } from "./shared-limiter.ts";

export { attemptsBy, attemptsOn, tooManyAttempts, tooManyCodes } from "./attempt-guard.ts";

export const sharedLimiter = service("limits", ({ clock }: Engine) => new SharedLimiter(clock));
export const attemptGuard = service("attempts", ({ clock }: Engine) => new AttemptGuard(clock));
const hashQueue = service("password hashes", (_: Engine) => new HashQueue());

/** Undefined where requests must not wait for each other. */
export function hashQueueOf(engine: Engine, driver: SqlDriver): HashQueue | undefined {
  return driver.lifetime === "process" ? hashQueue(engine) : undefined;
}
