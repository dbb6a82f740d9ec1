import type { RequestContext } from "./engine.ts";

/** `error`: something does not work, or strangers can do harm. `warning`: it may soon. `note`: worth knowing. */
export const SEVERITIES = ["error", "warning", "note"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a check has found. */
export interface Finding {
  readonly severity: Severity;
  /** What it is about, such as `rule:ID`, `key:ID` or the name of a setting. */
  readonly subject: string;
  /** What is wrong, and what may come of it. */
  readonly message: string;
  /** What to do about it: a command, a request or a setting. */
  readonly advice: string;
}

/** What the request that asks says about the way to this server. */
export interface Arrival {
  /** The host name and port to which the client sent it. */
  readonly host: string | undefined;
  /** Proxies have written `X-Forwarded-For`. */
  readonly forwarded: boolean;
}

/** Looks at one thing that can be wrong with a running server or workspace. Reads only, and little. */
export interface Check {
  /** Unique among all checks, such as `open-writes`. */
  readonly name: string;
  /** `server`: only owners of the server see it. */
  readonly scope: "workspace" | "server";
  /** One line for the documentation: what it looks for. */
  readonly summary: string;
  find(ctx: RequestContext, arrival: Arrival): readonly Finding[] | Promise<readonly Finding[]>;
}
