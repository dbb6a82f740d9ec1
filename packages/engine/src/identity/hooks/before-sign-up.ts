import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import { askDecision } from "./call-hook.ts";

export interface NewAccount {
  readonly workspaceId: string;
  /** Null: it has none. */
  readonly email: string | null;
  readonly method: "password" | "provider" | "mail" | "phone" | "passkey" | "anonymous";
  readonly address: string | null | undefined;
}

/** Asks the workspace's program whether there may be a new account. Whatever is not its clear consent refuses. */
export function askBeforeSignUp(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, email, method, address }: NewAccount,
): Promise<void> {
  return askDecision(engine, driver, {
    workspaceId,
    hook: "before_sign_up",
    data: () => ({ workspace: workspaceId, email: email?.toLowerCase() ?? null, method }),
    code: "SIGN_UP_REFUSED",
    failed: "New accounts cannot be made now. Try again later.",
    address,
  });
}
