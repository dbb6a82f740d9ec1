import { PlinthError, type SqlDriver, sha256Hex } from "@plinth/core";
import { addToWindow, type CountWindow, findAttempts } from "@plinth/db";
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
  /** `used`: what the request has really taken. */
  settle(used: number): Promise<void>;
}

export async function reserveTokens(
  engine: Engine,
  driver: SqlDriver,
  workspaceId: string,
  { most, tokens }: { readonly most: number | null; readonly tokens: number },
): Promise<ReservedTokens> {
  const back = (amount: number) => add(engine, driver, workspaceId, amount);
  const { count, endsAt } = await back(tokens);
  if (most !== null && count > most) {
    await back(-tokens);
    const seconds = Math.max(1, Math.ceil((endsAt - engine.clock.now()) / 1000));
    throw new PlinthError(
      "RATE_LIMITED",
      `The workspace may use ${most} tokens of AI models in 24 hours, and has no ${tokens} left: see tokens_a_day of the AI settings.`,
      { field: "tokens_a_day", retry_after: seconds },
    );
  }
  return {
    async settle(used) {
      if (used !== tokens) await back(used - tokens);
    },
  };
}

async function add({ clock }: Engine, driver: SqlDriver, workspaceId: string, amount: number): Promise<CountWindow> {
  const id = await countId(workspaceId);
  const window = await addToWindow(driver, { id, amount, now: clock.now(), windowMs: DAY_MS });
  // What is given back after its window has ended.
  return { ...window, count: Math.max(0, window.count) };
}

const countId = (workspaceId: string): Promise<string> => sha256Hex(`ai tokens\n${workspaceId}`);
