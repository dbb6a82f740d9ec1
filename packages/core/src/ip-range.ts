/** IPv4 and IPv6 addresses, and ranges of them in the notation of RFC 4632 and RFC 4291: `203.0.113.0/24`, `2001:db8::/32`. */

export interface IpRange {
  /** 4 bytes, or 16. */
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** The bytes of an address; undefined if it is none. An IPv4 address within an IPv6 address counts as IPv4. */
export function parseIp(text: string): readonly number[] | undefined {
  const bytes = text.includes(":") ? parseIpv6(text) : parseIpv4(text);
  return bytes && isMapped(bytes) ? bytes.slice(12) : bytes;
}

/** An address alone is a range of one. Undefined if it is no range, or has bits beyond its prefix. */
export function parseIpRange(text: string): IpRange | undefined {
  const [address = "", prefix, ...rest] = text.split("/");
  const bytes = parseIp(address);
  if (!bytes || rest.length > 0) return undefined;
  if (prefix === undefined) return { bytes, bits: bytes.length * 8 };
  // Anyone who writes ::ffff:10.0.0.0/104 means 10.0.0.0/8.
  const bits = /^\d{1,3}$/.test(prefix)
    ? Number(prefix) - (bytes.length === 4 && address.includes(":") ? 96 : 0)
    : Number.NaN;
  if (!(bits >= 0 && bits <= bytes.length * 8)) return undefined;
  return bytes.every((byte, i) => (byte & ~maskOf(bits, i) & 0xff) === 0) ? { bytes, bits } : undefined;
}

export function isInRange(address: readonly number[], { bytes, bits }: IpRange): boolean {
  if (address.length !== bytes.length) return false;
  return bytes.every((byte, i) => (address[i]! & maskOf(bits, i)) === byte);
}

/** The part of a prefix that lies in the byte at `index`. */
function maskOf(bits: number, index: number): number {
  const inside = Math.max(0, Math.min(8, bits - index * 8));
  return (0xff << (8 - inside)) & 0xff;
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split(".");
  // A leading zero means an octal number to some programs.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): number[] | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, i) => bytesOfGroups(half, i === halves.length - 1));
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  if (tail === undefined) return missing === 0 ? head : undefined;
  return missing >= 2 ? [...head, ...Array<number>(missing).fill(0), ...tail] : undefined;
}

/** Groups of a half: `2001:db8`; the last half may have an IPv4 address at its end. */
function bytesOfGroups(half: string, last: boolean): number[] | undefined {
  if (half === "") return [];
  const groups = half.split(":");
  const bytes: number[] = [];
  for (const [i, group] of groups.entries()) {
    if (last && group.includes(".") && i === groups.length - 1) {
      const end = parseIpv4(group);
      if (!end) return undefined;
      bytes.push(...end);
    } else if (/^[\da-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return bytes;
}

function isMapped(bytes: readonly number[]): boolean {
  return (
    bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  );
}
