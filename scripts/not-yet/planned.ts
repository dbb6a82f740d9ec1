/**
 * How to detect that something exists. Each pattern is searched in the names of one kind, which a test collects from
 * the code and from a running server; a match means that the entry is out of date.
 */
export interface Probe {
  /** Paths of the OpenAPI document. */
  readonly path?: RegExp;
  /** Field types. */
  readonly fieldType?: RegExp;
  /** Operators of filters. */
  readonly operator?: RegExp;
  /** Environment variables. */
  readonly setting?: RegExp;
  /** Folders of features and protocols. */
  readonly folder?: RegExp;
  /** Methods of `createClient`'s client. */
  readonly client?: RegExp;
  /** An address that answers 404. */
  readonly address?: string;
  /** A request that is refused, on the collection `things` with the text field `name`. */
  readonly refused?: { readonly method: string; readonly path: string; readonly body: unknown };
}

export interface PlannedOperation {
  readonly what: string;
  readonly today: string;
  readonly probe: Probe;
}

export const PLANNED: Readonly<Record<string, readonly PlannedOperation[]>> = {
  "Users and sign-in": [
    {
      what: "SAML",
      today: "A password, a passkey, a provider, or a link or a code by mail; a second factor; API keys",
      probe: { path: /saml/, setting: /SAML/ },
    },
  ],
  Data: [
    {
      what: "Full text search",
      today: "`_icontains` and `_starts_with`",
      probe: { path: /search/, operator: /search|fts|match/, folder: /search/ },
    },
    {
      what: "Fields for lists, places and vectors",
      today: "A `json` field with `_contains` and `_overlaps`, or a `relation_many`",
      probe: { fieldType: /list|array|tags|geo|point|vector/, operator: /near|intersect/ },
    },
    {
      what: "Changing the type of a field",
      today: "Add a field, copy the values, delete the old field",
      probe: {
        refused: {
          method: "PATCH",
          path: "/api/collections/things",
          body: { fields: [{ name: "name", type: "integer" }] },
        },
      },
    },
    {
      what: "Renaming a field or a collection",
      today: "The same; other names in answers come with `fields=name:field`",
      probe: {
        path: /rename/,
        refused: { method: "PATCH", path: "/api/collections/things", body: { slug: "others" } },
      },
    },
    {
      what: "Collections over tables that exist already",
      today: "Import the data",
      probe: { path: /adopt|introspect|connection|source/ },
    },
    {
      what: "Drafts of an item, and a trash of deleted items",
      today: "The history of each item, and undo of what a request has changed, as long as the change log is kept",
      probe: { path: /revision|draft|trash/, folder: /revision|draft|trash/ },
    },
  ],
  Protocols: [
    {
      what: "GraphQL subscriptions",
      today: "[Realtime](realtime.md) and [live queries](live-queries.md)",
      probe: { path: /graphql\/stream/ },
    },
    {
      what: "MCP for AI agents",
      today: "REST and its OpenAPI document",
      probe: { path: /mcp/, folder: /mcp/, address: "/mcp" },
    },
    {
      what: "The Supabase client without changes",
      today: "REST; the table in [coming from Supabase](coming-from.md)",
      probe: { folder: /supabase/, address: "/rest/v1/things" },
    },
    {
      what: "The urBackend clients without changes",
      today: "REST",
      probe: { folder: /urbackend/ },
    },
  ],
  "Tools and operation": [
    {
      what: "Backups by a command",
      today: "The tools of your database; keep `DATA_DIR/secret` with the backup",
      probe: { path: /backup(?!-code)/, setting: /BACKUP/ },
    },
    {
      what: "A rate limit for requests without an API key, other than sign-in",
      today: "The proxy in front",
      probe: { setting: /^(?!AUTH_).*RATE/ },
    },
  ],
};
