import type { Ask } from "./request.ts";
import type { SessionKeeper } from "./session-keeper.ts";

/** Where the user is signed in. */
export interface DeviceSession {
  readonly id: string;
  /** Such as `Firefox on Windows`. */
  readonly device: string | null;
  readonly user_agent: string | null;
  readonly address: string | null;
  readonly created_at: string;
  /** Exact to the hour. */
  readonly last_used_at: string;
  readonly expires_at: string;
  readonly current: boolean;
  /** An operator who acts as the user, and why. */
  readonly impersonation: { readonly by: string; readonly reason: string } | null;
}

export interface SessionsFlow {
  list(): Promise<readonly DeviceSession[]>;
  revoke(id: string): Promise<void>;
  /** Signs out everywhere but here: how many sessions have ended. */
  revokeOthers(): Promise<number>;
}

export function sessionsFlow(ask: Ask, keeper: SessionKeeper): SessionsFlow {
  return {
    list: async () => (await ask<{ data: DeviceSession[] }>("GET", "api/sessions")).data,
    async revoke(id) {
      await ask("DELETE", `api/sessions/${encodeURIComponent(id)}`);
      const session = await keeper.read();
      if (session && sessionIdIn(session.access_token) === id) await keeper.end();
    },
    revokeOthers: async () => (await ask<{ data: { revoked: number } }>("DELETE", "api/sessions")).data.revoked,
  };
}

/** An access token names its session in its second part. */
function sessionIdIn(accessToken: string): string | undefined {
  const [, claims = ""] = accessToken.split(".");
  try {
    return (JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))) as { session_id?: string }).session_id;
  } catch {
    return undefined;
  }
}
