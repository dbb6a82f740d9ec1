/** FNV-1a, 64 bits, as 16 hex digits: short enough for Postgres' 63-byte names; it protects no secret. */
export function nameHash(text: string): string {
  let h = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) h = BigInt.asUintN(64, (h ^ BigInt(byte)) * 0x100000001b3n);
  return h.toString(16).padStart(16, "0");
}
