/** Somebody's secrets are tried, and what is answered is compared. */
import type { Call, Pool } from "./pool.ts";
import { type Aim, PROBES } from "./probes.ts";

export interface Seen {
  readonly status: number;
  readonly text: string;
}

async function ask(method: string, pool: Pool, call: Call): Promise<Seen> {
  const response = await pool.send(method, call);
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split("=")[0]);
  const text = await response.text();
  return { status: response.status, text: `${text} ${cookies} ${response.headers.get("location") ?? ""}` };
}

/** What each request of a route's probe is answered. */
export async function tryAll(name: string, aim: Aim): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const call of await PROBES[name]!.calls(aim))
    seen.push(await ask(name.split(" ")[0]!.toLowerCase(), aim.pool, call));
  return seen;
}

/**
 * Without what differs from one request to the next, and without the addresses that were sent. That credentials are of
 * another workspace says no more than that they are none of this one.
 */
export const plain = ({ status, text }: Seen): string =>
  /"(WORKSPACE_MISMATCH|INVALID_TOKEN)"/.test(text)
    ? "no credentials"
    : `${status} ${text
        .replaceAll(/[\w.+-]+(?:@|%40)[\w.-]+/g, "<email>")
        .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>")
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
        .replaceAll(/[\w+/%=-]{20,}/g, "<random>")}`;

export const succeeded = ({ status, text }: Seen): boolean => status < 400 && !/[?&]error=/.test(text);
