import type { PlinthClientError } from "../index.ts";

/** No answer, a server that is busy, or something between it and this device that answers in its place. */
export function mayPass({ status, code }: PlinthClientError): boolean {
  return status === 0 || status === 408 || status === 429 || status >= 500 || code === "UNKNOWN";
}

/** The caller may read none of the shapes, or not any more. */
export function isHidden({ code }: PlinthClientError): boolean {
  return code === "FORBIDDEN" || code === "COLLECTION_NOT_FOUND" || code === "UNAUTHORIZED";
}
