import type { RequestContext } from "../kernel/engine.ts";

/** Wakes the readers of the log. Whoever writes does not wait for it: a bus may be slow, and the readers also poll. */
export async function announceWrite({ engine, host, principal }: RequestContext): Promise<void> {
  const { bus } = engine;
  const sent = engine.announcer?.announce(principal.workspaceId);
  if (!sent || !bus?.crossProcess) return;
  if (host) host.defer(sent);
  // Work without a request: nobody else keeps the connection open for it.
  else if (bus.lifetime === "request") await sent;
}
