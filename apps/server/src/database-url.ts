/** The kinds of database in `DATABASE_URL`: one row each. Hosts say which of them they open. */
export const DATABASES = {
  sqlite: { schemes: ["sqlite"], embedded: { name: "plinth.db", is: "file" } },
  pglite: { schemes: ["pglite"], embedded: { name: "pglite", is: "folder" } },
  postgres: { schemes: ["postgres", "postgresql"], address: "postgres://" },
  /** Neon's HTTP protocol, at the same address as a Postgres one. */
  neon: { schemes: ["neon"], address: "postgres://", note: "Neon over HTTP" },
} as const satisfies Record<string, DatabaseRow>;

interface DatabaseRow {
  /** The URL's scheme, before `://`; messages show the first. */
  readonly schemes: readonly [string, ...string[]];
  /** On this machine's disk: its name in `DATA_DIR` where the URL has no path, and whether it is a file or folder. */
  readonly embedded?: { readonly name: string; readonly is: "file" | "folder" };
  /** On a server: the scheme of the driver's address. */
  readonly address?: string;
  readonly note?: string;
}

export type DatabaseKind = keyof typeof DATABASES;
export type EmbeddedKind = {
  [Kind in DatabaseKind]: (typeof DATABASES)[Kind] extends { embedded: object } ? Kind : never;
}[DatabaseKind];

/** A parsed `DATABASE_URL`; each host opens the kinds that it supports. */
export type DatabaseTarget<Kind extends DatabaseKind = DatabaseKind> = {
  [One in Kind]: { kind: One } & (One extends EmbeddedKind ? { path: string } : { url: string });
}[Kind];

const ROWS = Object.entries(DATABASES) as [DatabaseKind, DatabaseRow][];

/** The file or folder of an embedded database without a path. */
export function embeddedUrl(kind: EmbeddedKind, dataDir: string): string {
  return `${kind}://${dataDir.replace(/\/+$/, "")}/${DATABASES[kind].embedded.name}`;
}

/** Reads a `DATABASE_URL`; returns a string that explains the error if it is wrong. */
export function readDatabaseUrl(url: string, dataDir: string): DatabaseTarget | string {
  const scheme = /^([a-z]+):\/\//.exec(url)?.[1];
  const [kind, row] = ROWS.find(([, { schemes }]) => scheme !== undefined && schemes.includes(scheme)) ?? [];
  if (!scheme || !kind || !row) {
    const begins = ROWS.map(([, { schemes }]) => `${schemes[0]}://`);
    return `it must begin with ${begins.slice(0, -1).join(", ")} or ${begins.at(-1)}`;
  }
  const rest = url.slice(scheme.length + 3);
  if (isEmbedded(kind)) {
    return { kind, path: rest || embeddedUrl(kind, dataDir).slice(kind.length + 3) };
  }
  // URL parses hosts and paths only for schemes that it knows, so the rest is read as https.
  const parsed = URL.parse(`https://${rest}`);
  if (!parsed?.hostname || parsed.pathname.length < 2) {
    return `it must name a host and a database, as in ${scheme}://user:password@host/database`;
  }
  return { kind, url: `${row.address}${rest}` };
}

export function isEmbedded<Kind extends DatabaseKind>(kind: Kind): kind is Kind & EmbeddedKind {
  return "embedded" in DATABASES[kind];
}

/** The kinds as a list in words: `postgres:// or neon:// (Neon over HTTP)`. */
export function listKinds(kinds: readonly DatabaseKind[] = ROWS.map(([kind]) => kind)): string {
  const shown = kinds.map((kind) => {
    const { schemes, note }: DatabaseRow = DATABASES[kind];
    return `${schemes[0]}://${note ? ` (${note})` : ""}`;
  });
  return shown.join(" or ");
}

/** The same address with its password hidden, for messages and logs. */
export function redactUrl(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^:/@]*):.*@/i, "$1:…@").replace(/([?&](?:password|sslkey)=)[^&]*/gi, "$1…");
}
