import { PlinthError } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { releaseUploadLock, renewUploadLock, requestUploadLock, takeUploadLock } from "./repository.ts";

/** One request at a time appends to an upload or completes it, on all servers of a database together. */

/** Of one that does not renew it: its server was killed. */
const LEASE_MS = 20_000;
const RENEW_MS = 1000;
/** How long a request waits for the one before it, which ends as soon as it knows. */
const WAIT_MS = 5000;
const POLL_MS = 150;

export interface UploadLock {
  readonly token: string;
  /** Aborts when another request waits for the upload, or has it. */
  readonly signal: AbortSignal;
}

/**
 * Does the work while nobody else does such work. A client whose connection was cut comes back before this server knows of the cut: so the
 * request that holds the upload is asked to store what it has and to end. Throws `UPLOAD_LOCKED` where it does not.
 */
export async function withUploadLock<T>(
  ctx: RequestContext,
  id: string,
  work: (lock: UploadLock) => Promise<T>,
): Promise<T> {
  const { driver } = ctx;
  const token = crypto.randomUUID();
  await takeLock(ctx, id, token);
  const ending = new AbortController();
  let isRenewing = false;
  const timer = setInterval(() => {
    // A slow database gets no second statement behind the first.
    if (isRenewing) return;
    isRenewing = true;
    void renew(ctx, { id, token, ending }).finally(() => {
      isRenewing = false;
    });
  }, RENEW_MS);
  try {
    return await work({ token, signal: ending.signal });
  } finally {
    clearInterval(timer);
    await releaseUploadLock(driver, id, token).catch((error: unknown) => {
      ctx.engine.log.warn("the lock of an upload ends with its lease", { upload: id, error });
    });
  }
}

async function takeLock({ driver, engine }: RequestContext, id: string, token: string): Promise<void> {
  const { clock } = engine;
  const began = performance.now();
  for (let tries = 0; ; tries++) {
    const now = clock.now();
    if (await takeUploadLock(driver, { id, token, until: now + LEASE_MS, now })) return;
    if (performance.now() - began > WAIT_MS) throw uploadLocked();
    if (tries === 0) await requestUploadLock(driver, id);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function renew(
  { driver, engine }: RequestContext,
  { id, token, ending }: { readonly id: string; readonly token: string; readonly ending: AbortController },
): Promise<void> {
  try {
    const until = engine.clock.now() + LEASE_MS;
    if ((await renewUploadLock(driver, { id, token, until })) !== "held") ending.abort(uploadLocked());
  } catch (error) {
    // The lease is longer than this pause; the batch that stores something asks again in any case.
    engine.log.debug("the lock of an upload was not renewed", { upload: id, error });
  }
}

export const uploadLocked = () => new PlinthError("UPLOAD_LOCKED");
