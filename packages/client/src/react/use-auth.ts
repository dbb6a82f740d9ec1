import { useEffect, useState } from "react";
import type { AuthSession, AuthUser } from "../auth/types.ts";
import type { Client } from "../client.ts";
import type { AnySchema } from "../schema/index.ts";

/** Who is signed in. */
export interface AuthState {
  /** True until it is known. */
  readonly loading: boolean;
  readonly session: AuthSession | undefined;
  readonly user: AuthUser | undefined;
}

/**
 * Who is signed in, also when that changes, in other tabs too.
 *
 * @example
 * const { user, loading } = useAuth(client);
 */
export function useAuth<S extends AnySchema>(client: Client<S>): AuthState {
  const [held, setHeld] = useState<{ client: Client<S>; session: AuthSession | undefined }>();
  useEffect(() => client.auth.onAuthChange((_, session) => setHeld({ client, session })), [client]);
  const known = held?.client === client;
  const session = known ? held.session : undefined;
  return { loading: !known, session, user: session?.user };
}
