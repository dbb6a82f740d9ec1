/** Opens postgres-js so that values pass as plain text and the session uses UTC. */
import postgres from "postgres";
import { PG_DECODERS, PG_OID } from "./pg-values.ts";

export type PostgresClient = ReturnType<typeof openPostgresClient>;

/** Parameters of other clients that postgres-js would send to the server, which refuses the connection for them. */
const FOREIGN_PARAMETERS = ["pgbouncer", "channel_binding", "connection_limit", "pool_timeout", "schema"];

const asText = (value: unknown) => value;

/**
 * postgres-js would turn these into Dates, parse JSON, or read "true" as false; here each is text in both directions.
 */
const PLAIN_TYPES = Object.fromEntries(
  [PG_OID.bool, PG_OID.bytea, PG_OID.json, PG_OID.jsonb, PG_OID.date, ...PG_DECODERS.keys()].map((oid) => [
    `plinth_${oid}`,
    { to: oid, from: [oid], serialize: asText, parse: PG_DECODERS.get(oid) ?? asText },
  ]),
);

export function openPostgresClient(options: {
  url: string;
  onclose?: () => void;
  /** For a connection that listens, and so must stay open. */
  onnotify?: (channel: string, payload: string) => void;
}) {
  const url = new URL(options.url);
  const pooled = url.searchParams.get("pgbouncer") === "true";
  for (const name of FOREIGN_PARAMETERS) url.searchParams.delete(name);
  return postgres(url.href, {
    // One connection a client: `postgres-pool.ts` explains why.
    max: 1,
    connect_timeout: 5,
    // Array types would cost a query on every new connection; arrays come as text.
    fetch_types: false,
    onnotice: () => {},
    ...(options.onclose && { onclose: options.onclose }),
    ...(options.onnotify && ({ onnotify: options.onnotify, max_lifetime: null } as object)),
    // The only settings that a PgBouncer in between accepts.
    connection: { TimeZone: "UTC", DateStyle: "ISO, MDY", application_name: "plinth" } as never,
    // Custom types may replace the built-in ones; the package's types do not allow for it.
    types: PLAIN_TYPES as never,
    ...(pooled && { prepare: false }),
  });
}
