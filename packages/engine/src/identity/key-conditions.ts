import {
  type Awaitable,
  type IpRange,
  invalid,
  isInRange,
  type LimitPolicy,
  limitDetails,
  PlinthError,
  parseIp,
  parseIpRange,
  type SqlDriver,
  whenDone,
} from "@plinth/core";
import type { ApiKeyRow } from "@plinth/db";
import type { Engine, RequestClient } from "../kernel/engine.ts";
import * as z from "../kernel/zod.ts";
import { sharedLimiter } from "./limits/index.ts";

const MAX_RANGES = 50;
const MAX_RATE = 1_000_000;
const MINUTE_MS = 60_000;

export const conditionsSchema = {
  ip_ranges: z
    .array(z.string().max(64))
    .min(1)
    .max(MAX_RANGES)
    .nullish()
    .describe("Addresses and ranges, such as 203.0.113.0/24 or 2001:db8::/32, that may use the key; null for all"),
  rate_limit: z
    .int()
    .min(1)
    .max(MAX_RATE)
    .nullish()
    .describe("Requests per minute with the key, counted on all servers together; null for no limit of its own"),
};

/** What a request with the key must satisfy, whatever it asks for. */
export interface KeyConditions {
  readonly keyId: string;
  readonly ranges: readonly IpRange[] | null;
  readonly rate: LimitPolicy | null;
}

/** Throws for a text that is no range. */
export function checkRanges(ranges: readonly string[] | null | undefined): string | null {
  if (ranges == null) return null;
  ranges.forEach((range, i) => {
    if (!parseIpRange(range)) {
      throw invalid(
        `ip_ranges.${i}`,
        "must be an address such as 203.0.113.7, or a range without bits beyond its prefix, such as 203.0.113.0/24 or 2001:db8::/32",
      );
    }
  });
  return JSON.stringify(ranges);
}

export function rangesOf({ ipRanges }: Pick<ApiKeyRow, "ipRanges">): string[] | null {
  return ipRanges === null ? null : (JSON.parse(ipRanges) as string[]);
}

/** Undefined: the key may be used from everywhere, as often as the server allows. */
export function keyConditionsOf(row: Pick<ApiKeyRow, "id" | "ipRanges" | "rateLimit">): KeyConditions | undefined {
  const { id: keyId, rateLimit } = row;
  const ranges = rangesOf(row);
  if (ranges === null && rateLimit === null) return undefined;
  return {
    keyId,
    ranges: ranges?.flatMap((text) => parseIpRange(text) ?? []) ?? null,
    rate: rateLimit === null ? null : { name: "key", max: rateLimit, windowMs: MINUTE_MS },
  };
}

/** Throws where the request may not use the key. It counts against the key's rate. */
export function requireConditions(
  engine: Engine,
  driver: SqlDriver,
  conditions: KeyConditions,
  client: Pick<RequestClient, "clientAddress" | "limited"> | undefined,
): Awaitable<void> {
  requireAddress(conditions, client?.clientAddress);
  const { keyId, rate } = conditions;
  if (rate === null) return;
  return whenDone(sharedLimiter(engine).take(driver, rate, keyId), (state) => {
    client?.limited?.(state);
    if (!state.allowed) throw new PlinthError("RATE_LIMITED", "This key has used up its rate.", limitDetails(state));
  });
}

/** Where the host does not know the address, no range contains it. */
export function requireAddress({ ranges }: KeyConditions, address: string | undefined): void {
  if (ranges === null) return;
  const bytes = address === undefined ? undefined : parseIp(address);
  if (bytes && ranges.some((range) => isInRange(bytes, range))) return;
  throw new PlinthError("FORBIDDEN", "This key may not be used from your address.");
}
