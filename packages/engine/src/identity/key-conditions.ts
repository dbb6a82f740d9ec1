import { type IpRange, invalid, isInRange, PlinthError, parseIp, parseIpRange } from "@plinth/core";
import type { ApiKeyRow } from "@plinth/db";
import * as z from "zod";

const MAX_RANGES = 50;

export const conditionsSchema = {
  ip_ranges: z
    .array(z.string().max(64))
    .min(1)
    .max(MAX_RANGES)
    .nullish()
    .describe("Addresses and ranges, such as 203.0.113.0/24 or 2001:db8::/32, that may use the key; null for all"),
};

/** What a request with the key must satisfy, whatever it asks for. */
export interface KeyConditions {
  readonly keyId: string;
  readonly ranges: readonly IpRange[] | null;
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

/** Undefined: the key may be used from everywhere. */
export function keyConditionsOf(row: Pick<ApiKeyRow, "id" | "ipRanges">): KeyConditions | undefined {
  const ranges = rangesOf(row);
  return ranges === null ? undefined : { keyId: row.id, ranges: ranges.flatMap((text) => parseIpRange(text) ?? []) };
}

/** Where the host does not know the address, no range contains it. */
export function requireAddress({ ranges }: KeyConditions, address: string | undefined): void {
  if (ranges === null) return;
  const bytes = address === undefined ? undefined : parseIp(address);
  if (bytes && ranges.some((range) => isInRange(bytes, range))) return;
  throw new PlinthError("FORBIDDEN", "This key may not be used from your address.");
}
