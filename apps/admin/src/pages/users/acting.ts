import { createClient } from "@plinth/client";
import { API_URL } from "../../api/config.ts";
import type { CodeSample } from "../../ui/code-block.tsx";

/** A session as a user, as `POST /api/users/:id/impersonate` answers: the only answer with its token. */
export interface ActingSession {
  readonly token: string;
  readonly session: string;
  readonly expires_at: string;
  readonly user: { readonly id: string };
}

export interface ActingRequest {
  readonly reason: string;
  readonly minutes: number;
}

/** The server's bounds. */
export const REASON_LENGTH = { min: 3, max: 500 } as const;
export const MINUTES = { min: 1, max: 60, usual: 15 } as const;

/** How a program uses the token, which also says in which workspace. */
export function tokenSamples(token: string): readonly CodeSample[] {
  return [
    { label: "curl", code: `curl ${API_URL}/api/me -H 'authorization: Bearer ${token}'` },
    {
      label: "JavaScript",
      code: `import { createClient } from "@plinth/client";\n\nconst client = createClient({ url: "${API_URL}", token: "${token}" });`,
    },
    {
      label: "Python",
      code: `import httpx\n\nclient = httpx.Client(base_url="${API_URL}", headers={"authorization": "Bearer ${token}"})\nprint(client.get("/api/me").json())`,
    },
  ];
}

/** Ends the session before its time, as the session itself. Without cookies: those of this browser are not its own. */
export async function endActing({ token }: ActingSession): Promise<void> {
  const client = createClient({ url: API_URL, token, credentials: "omit" });
  await client.request("api/auth/sign-out", { method: "POST", body: {} });
}
