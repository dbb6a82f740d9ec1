import { deriveKey } from "@plinth/auth";
import {
  type Config,
  DEFAULT_WORKSPACE_ID,
  PlinthError,
  ROLE_ADMIN,
  type SqlDriver,
  type SqlQuery,
  sameText,
} from "@plinth/core";
import { bumpRevision, firstOperatorQueries, hasFirstOperator } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { identityState } from "./state.ts";

/** Where a request came from, as the rule for local visitors sees it. */
export interface IncomingRequest {
  url: string;
  headers: Headers;
  /** The peer's address, where the host tells. */
  remoteAddress: string | undefined;
}

export async function hasOperator(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const state = identityState(engine);
  if (state.hasOperator) return true;
  state.hasOperator = await hasFirstOperator(driver);
  return state.hasOperator;
}

/** The one-time link that makes the first operator, or null once there is one. */
export async function setupLink(engine: Engine, driver: SqlDriver): Promise<string | null> {
  if (await hasOperator(engine, driver)) return null;
  return `${engine.config.appUrl}/setup?token=${await setupToken(engine)}`;
}

/** Derived, not stored: every replica knows it, and it ends with the first operator. */
function setupToken(engine: Engine): Promise<string> {
  const state = identityState(engine);
  state.setupToken ??= deriveKey(engine.config.secret, "setup-token");
  return state.setupToken;
}

/**
 * Decides about a sign-up: `open` where there is an operator, `claim` for who may become it. Throws `SETUP_REQUIRED`
 * for everyone else, before anything is written.
 */
export async function admitSignUp(
  engine: Engine,
  driver: SqlDriver,
  attempt: IncomingRequest & { token: string | undefined },
): Promise<"open" | "claim"> {
  if (await hasOperator(engine, driver)) return "open";
  const { token } = attempt;
  const entitled = token === undefined ? isLocal(engine.config, attempt) : sameText(token, await setupToken(engine));
  if (!entitled) throw new PlinthError("SETUP_REQUIRED");
  return "claim";
}

/** Whether the setup page may offer its form to this visitor. */
export async function maySetUp(
  engine: Engine,
  incoming: IncomingRequest & { token: string | undefined },
): Promise<boolean> {
  const { token } = incoming;
  return token === undefined ? isLocal(engine.config, incoming) : sameText(token, await setupToken(engine));
}

/** Statements for the batch that creates a user who may become the first operator: who comes second stays an ordinary one. */
export function claimOperator({ clock }: Engine, driver: SqlDriver): (userId: string) => SqlQuery[] {
  return (userId) => [
    ...firstOperatorQueries(driver, { userId, role: ROLE_ADMIN, now: clock.now() }),
    bumpRevision(driver, DEFAULT_WORKSPACE_ID),
  ];
}

const FORWARDING = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "cf-connecting-ip",
];

/**
 * Someone at this very machine. Each sign alone can deceive: a proxy makes every peer local, and a page elsewhere can
 * point its own name at 127.0.0.1. So all of them must agree, and what is not known counts as not local. Where a proxy is
 * known to stand in front, nobody is: it may tell nothing of itself and write 127.0.0.1 as the host.
 */
export function isLocal(config: Pick<Config, "host" | "appUrl" | "trustProxy">, incoming: IncomingRequest): boolean {
  const { url, headers, remoteAddress } = incoming;
  return (
    config.trustProxy === 0 &&
    isLoopback(config.host) &&
    isLoopback(new URL(config.appUrl).hostname) &&
    isLoopback(new URL(url).hostname) &&
    isLoopback(hostnameOf(headers.get("host")) ?? new URL(url).hostname) &&
    remoteAddress !== undefined &&
    isLoopback(remoteAddress) &&
    !FORWARDING.some((name) => headers.has(name))
  );
}

function hostnameOf(host: string | null): string | undefined {
  return host === null ? undefined : (URL.parse(`http://${host}`)?.hostname ?? "");
}

function isLoopback(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/^::ffff:/, "");
  return name === "localhost" || name === "::1" || /^127(?:\.\d{1,3}){3}$/.test(name);
}
