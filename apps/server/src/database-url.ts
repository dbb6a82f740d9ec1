/** What a `DATABASE_URL` asks for; each host opens the kinds that it can. */
export type DatabaseTarget =
  | { kind: "sqlite" | "pglite"; path: string }
  | { kind: "postgres"; url: string }
  /** Neon's HTTP protocol; `url` is the same address as a Postgres one. */
  | { kind: "neon"; url: string };

export type DatabaseKind = DatabaseTarget["kind"];

const FILES: Record<"sqlite" | "pglite", string> = { sqlite: "plinth.db", pglite: "pglite" };

/** The file or folder of an embedded database that names no path of its own. */
export function embeddedUrl(kind: "sqlite" | "pglite", dataDir: string): string {
  return `${kind}://${dataDir.replace(/\/+$/, "")}/${FILES[kind]}`;
}

/** Reads a `DATABASE_URL`; a string in place of a target says in plain words what is wrong with it. */
export function readDatabaseUrl(url: string, dataDir: string): DatabaseTarget | string {
  const scheme = /^([a-z]+):\/\//.exec(url)?.[1];
  if (scheme === "sqlite" || scheme === "pglite") {
    const path = url.slice(scheme.length + 3);
    return { kind: scheme, path: path || embeddedUrl(scheme, dataDir).slice(scheme.length + 3) };
  }
  if (scheme !== "postgres" && scheme !== "postgresql" && scheme !== "neon") {
    return "it must begin with sqlite://, pglite://, postgres:// or neon://";
  }
  // URL gives hosts and paths only to the schemes that it knows, so the rest is read as https.
  const rest = url.slice(scheme.length + 3);
  const parsed = URL.parse(`https://${rest}`);
  if (!parsed?.hostname || parsed.pathname.length < 2) {
    return `it must name a host and a database, as in ${scheme}://user:password@host/database`;
  }
  return { kind: scheme === "neon" ? "neon" : "postgres", url: `postgres://${rest}` };
}

/** The same address with its password blotted out, for messages and logs. */
export function redactUrl(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^:/@]*):.*@/i, "$1:…@").replace(/([?&](?:password|sslkey)=)[^&]*/gi, "$1…");
}
