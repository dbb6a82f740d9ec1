import type { RequestContext } from "./engine.ts";

/** For work that a request has begun and whose end nobody who asks waits for. */
export async function afterAnswer(
  { driver, host }: Pick<RequestContext, "driver" | "host">,
  work: Promise<void> | undefined,
): Promise<void> {
  if (work && host) host.defer(work);
  // The caller closes a connection of one request, and does not know of other work on it.
  else if (driver.lifetime === "request") await work;
}
