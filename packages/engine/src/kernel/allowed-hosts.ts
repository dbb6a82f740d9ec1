import * as z from "./zod.ts";

/** A host that a program of users may ask. */
export const allowedHost = z
  .string()
  .max(253)
  .regex(
    /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?$|^localhost(?::\d{1,5})?$|^[\d.]+(?::\d{1,5})?$/,
    "must be a host such as api.example.com, or *.example.com for all below it",
  );

/** Whether one of these hosts is that of the address. Both have a port where it is not the usual one. */
export function isAllowedHost(allowed: readonly string[], { host }: URL): boolean {
  return allowed.some((name) => (name.startsWith("*.") ? host.endsWith(name.slice(1)) : name === host));
}
