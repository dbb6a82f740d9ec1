import type { SqlDriver } from "@plinth/core";
import { type AccountContact, findDeviceOf, listSessionAddresses } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";
import { TtlCache } from "../../kernel/ttl-cache.ts";
import { networkOf } from "../client-address.ts";

/** Who asks for something that belongs to an account. */
interface Visitor extends AccountContact {
  readonly address: string | undefined;
  /** Of a browser that has signed in before, to this account or others. */
  readonly devices: readonly string[];
}

interface OwnCount {
  readonly count: string;
  /** Only whoever has signed in to the account can have it. */
  readonly isSecret: boolean;
}

/** What has a count of its own, besides that of everybody else: strangers cannot use it up. */
export async function ownCountOf(engine: Engine, driver: SqlDriver, visitor: Visitor): Promise<OwnCount | undefined> {
  const { devices, address } = visitor;
  const device = await findDeviceOf(driver, visitor, devices);
  if (device !== undefined) return { count: `device ${device}`, isSecret: true };
  const network = address === undefined ? undefined : networkOf(address);
  const isOwn = network !== undefined && (await isKnown(engine, driver, visitor, network));
  return isOwn ? { count: network, isSecret: false } : undefined;
}

/** How long a process remembers from where an account is signed in: a flood costs no reads either. */
const FRESH_MS = 10_000;
const MAX_ACCOUNTS = 5000;

const networks = service(
  "networks of accounts",
  ({ clock }: Engine) => new TtlCache<ReadonlySet<string>>({ clock, ttl: FRESH_MS, maxEntries: MAX_ACCOUNTS }),
);

async function isKnown(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, contact }: AccountContact,
  network: string,
): Promise<boolean> {
  const known = await networks(engine).get(`${workspaceId} ${contact}`, driver.lifetime === "process", async () => {
    const addresses = await listSessionAddresses(driver, { workspaceId, contact, now: engine.clock.now() });
    return { value: new Set(addresses.map(networkOf)) };
  });
  return known?.has(network) ?? false;
}
