import type { SqlDriver } from "@plinth/core";
import { listSessionAddresses } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";
import { TtlCache } from "../../kernel/ttl-cache.ts";
import { networkOf } from "../client-address.ts";
import { attemptGuard, attemptsOn, tooManyAttempts } from "./index.ts";

interface Attempt {
  readonly workspaceId: string;
  /** In lower case. */
  readonly email: string;
  readonly address: string | undefined;
}

interface CountedAttempt {
  /** The secret was right: attempts begin anew. */
  succeeded(): Promise<void>;
}

const NOT_COUNTED: CountedAttempt = { succeeded: async () => {} };

/**
 * Counts an attempt on an account before its password is hashed, whether or not there is such an account; throws where it
 * has to wait. Whoever guesses cannot lock the owner out: an address from which the account is signed in has a count of
 * its own, and a sign-in by mail is bound by neither.
 */
export async function countAttempt(engine: Engine, driver: SqlDriver, attempt: Attempt): Promise<CountedAttempt> {
  if (engine.config.authRateLimit === 0) return NOT_COUNTED;
  const { workspaceId, email, address } = attempt;
  const guard = attemptGuard(engine);
  const everywhere = attemptsOn(workspaceId, email);
  const wait = await guard.attempt(driver, everywhere);
  if (wait === null) return { succeeded: () => guard.succeeded(driver, [everywhere]) };
  if (address === undefined || !(await isKnown(engine, driver, attempt, networkOf(address))))
    throw tooManyAttempts(wait);
  const here = attemptsOn(workspaceId, email, networkOf(address));
  const ownWait = await guard.attempt(driver, here);
  if (ownWait !== null) throw tooManyAttempts(ownWait);
  // The others still guess, so their count stays.
  return { succeeded: () => guard.succeeded(driver, [here]) };
}

/** How long a process remembers from where an account is signed in: a flood costs no reads either. */
const FRESH_MS = 10_000;
const MAX_ACCOUNTS = 5000;

const networks = service(
  "networks of accounts",
  ({ clock }: Engine) => new TtlCache<ReadonlySet<string>>({ clock, ttl: FRESH_MS, maxEntries: MAX_ACCOUNTS }),
);

async function isKnown(engine: Engine, driver: SqlDriver, { workspaceId, email }: Attempt, network: string) {
  const known = await networks(engine).get(`${workspaceId} ${email}`, driver.lifetime === "process", async () => {
    const addresses = await listSessionAddresses(driver, workspaceId, email);
    return { value: new Set(addresses.map(networkOf)) };
  });
  return known?.has(network) ?? false;
}
