import { PlinthError, type SqlDriver, sha256Hex } from "@plinth/core";
import { addToWindow, type CountWindow, findAttempts, takeFromWindow } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";

const DAY_MS = 86_400_000;

/** The tokens that a workspace has used in the present 24 hours. Null: none. */
export async function usedTokens(
  { clock }: Engine,
  driver: SqlDriver,
  workspaceId: string,
): Promise<CountWindow | null> {
  const found = await findAttempts(driver, await countId(workspaceId));
  return found && found.count > 0 && found.endsAt > clock.now() ? found : null;
}

/** Tokens that are set aside before a request, so that many at once do not use more than there are. */
export interface ReservedTokens {
  /** `used`: what the request has really taken. It never fails: an answer that was paid for is worth more than the count. */
  settle(used: number): Promise<void>;
}

export async function reserveTokens(
  { clock, log }: Engine,
  driver: SqlDriver,
  workspaceId: string,
  { most, tokens }: { readonly most: number | null; readonly tokens: number },
): Promise<ReservedTokens> {
  const id = await countId(workspaceId);
  const add = (amount: number) => addToWindow(driver, { id, amount, now: clock.now(), windowMs: DAY_MS });
  const { count, endsAt } = await add(tokens);
  if (most !== null && count > most) {
    await takeFromWindow(driver, { id, amount: tokens, endsAt });
    const seconds = Math.max(1, Math.ceil((endsAt - clock.now()) / 1000));
    throw new PlinthError(
      "RATE_LIMITED",
      `The workspace may use ${most} tokens of AI models in 24 hours, and has no ${tokens} left: see tokens_a_day of the AI settings.`,
      { field: "tokens_a_day", retry_after: seconds },
    );
  }
  return {
    async settle(used) {
      try {
        if (used > tokens) await add(used - tokens);
        if (used < tokens) await takeFromWindow(driver, { id, amount: tokens - used, endsAt });
      } catch (error) {
        log.warn("the used tokens of an AI model could not be counted", {
          workspaceId,
          tokens,
          used,
          error: String(error),
        });
      }
    },
  };
}

const countId = (workspaceId: string): Promise<string> => sha256Hex(`ai tokens\n${workspaceId}`);
