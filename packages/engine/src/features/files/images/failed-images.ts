import { PlinthError } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import { service } from "../../../kernel/services.ts";
import { isLasting, KEEP_FAILURE_MS } from "./render-queue.ts";

/** The oldest are forgotten first. */
const MOST = 1000;

type FailedImage = Pick<PlinthError, "code" | "message" | "details"> & { readonly until: number };

/** Images that could not be made lately, for a host where no request may wait for another one's promise: what is kept is plain. */
export function newFailedImages(now = Date.now) {
  const failures = new Map<string, FailedImage>();
  return {
    /** Does the work, unless it has failed in the last minute in a way that lasts: then it fails the same way. */
    async unlessFailed<T>(key: string, work: () => Promise<T>): Promise<T> {
      const known = failures.get(key);
      if (known && known.until > now()) throw new PlinthError(known.code, known.message, known.details);
      failures.delete(key);
      try {
        return await work();
      } catch (error) {
        if (isLasting(error)) {
          const { code, message, details } = error;
          failures.set(key, { code, message, details, until: now() + KEEP_FAILURE_MS });
          if (failures.size > MOST) failures.delete(failures.keys().next().value!);
        }
        throw error;
      }
    },
  };
}

export const failedImages = service("failed images", (_: Engine) => newFailedImages());
