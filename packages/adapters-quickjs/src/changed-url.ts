const SETTABLE = [
  "href",
  "protocol",
  "username",
  "password",
  "host",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
] as const;

/** The parts of an address, after one of them was set. Undefined: it is none. */
export function changedUrl(
  address: string,
  base: string | undefined,
  part: string | undefined,
  value = "",
): Record<string, string> | undefined {
  try {
    const url = new URL(address, base);
    const settable = SETTABLE.find((name) => name === part);
    if (settable) url[settable] = value;
    return Object.fromEntries(["origin" as const, ...SETTABLE].map((name) => [name, url[name]]));
  } catch {
    return undefined;
  }
}
