const SIGNED_IN = `import { createClient } from "@plinth/client";
     declare const url: string, email: string, password: string, phone: string, token: string, captcha: string;
     declare const code: string, otp: string, invitation: string, organization: string, page: string, id: string;
     declare function ask(question: string): Promise<string>;
     declare function show(what: unknown): void;
     const { auth } = createClient({ url });`;

const SYNC = `import type { Client } from "@plinth/client";
     import { type Sync, sync } from "@plinth/client/sync";
     declare const client: Client, id: string;
     declare function ask(question: string): Promise<boolean>;
     declare function show(...what: unknown[]): void;
     declare function badge(...what: unknown[]): void;
     declare function draw(rows: readonly object[]): void;`;
const SYNCED = `${SYNC} declare const db: Sync;`;
const LISTS = `import type { Field, One } from "@plinth/client";
     type Text = Field<string, "text", "required">;
     type Schema = {
       lists: { id: Field<string, "order", "new">; name: Text; archived: Field<boolean, "equal"> };
       tasks: { id: Field<string, "order", "new">; title: Text; done: Field<boolean, "equal">; list: One<"lists">;
         rank: Field<number | null, "number"> } };`;
const SYNCED_LISTS = `${LISTS} import type { Sync } from "@plinth/client/sync"; declare const db: Sync<Schema>;`;

const ITEMS = `import { createClient } from "@plinth/client";
     declare const id: string;
     declare function show(what: unknown): void;
     const films = createClient({ url: "" }).from("films");`;
/** The schema of docs/client-types.md, for its further blocks. */
const SONGS = `import type { Field, Many, One } from "@plinth/client";
     type Schema = { songs: { cover_of: One<"songs">; covers: Many<"songs">; id: Field<string, "order", "new">;
     created_at: Field<string, "order", "server", string | number>;
     length: Field<string | null, "number", "optional", string | number | null>; meta: Field<unknown, "json">;
     state: Field<"draft" | "released", "text">; title: Field<string, "text", "required"> } };`;

/**
 * What the `ts` blocks of a page take for granted: one text for each block, in order. The block follows it in a module
 * of its own.
 */
export const CONTEXTS: Record<string, readonly string[]> = {
  "docs/adding-a-driver.md": [
    `import { test } from "bun:test";
     import { sqlDriverSuite } from "@plinth/conformance";
     import type { SqlDriver } from "@plinth/core";
     declare const url: string;
     declare function myDriver(options: { url: string }): SqlDriver;`,
    `import type { RemoteDatabase } from "@server/platform/databases.ts";`,
  ],
  "docs/graphql.md": [`import { createClient } from "@plinth/client"; const client = createClient({ url: "" });`],
  "docs/adding-a-feature.md": [
    `import type { ChangeConsumer, Feature } from "@plinth/engine";
     import type { Migration, Table } from "@plinth/db/tables";
     declare const letters: Table;
     declare const newsletterMigrations: readonly Migration[];
     declare const sendLetters: ChangeConsumer["handle"];
     declare const retryLetters: () => Promise<boolean>;`,
    `import { bigint, ofWorkspace, table, text } from "@plinth/db/tables";`,
    `import type { Migration } from "@plinth/db/tables";`,
    `import type { SqlDriver } from "@plinth/core";
     import { bigint, database, eq, ofWorkspace, statement, table, text } from "@plinth/db/tables";
     const letters = table("plinth_newsletter", { workspaceId: ofWorkspace(), address: text("address"), sentAt: bigint("sent_at") });`,
  ],
  "docs/adding-a-protocol.md": [
    `import { NO_CREDENTIALS } from "@plinth/engine";
     import type { Protocol } from "@server/http/protocol.ts";
     declare const thingsRoute: Protocol["routes"][number];`,
  ],
  "docs/adding-a-route.md": [
    `import type { RequestContext } from "@plinth/engine";
     import { defineRoute } from "@server/http/define-route.ts";
     import { object, TEXT } from "@server/http/openapi/json-schema.ts";
     import * as z from "zod";
     declare function renameRole(ctx: RequestContext, name: string, to: string): Promise<{ name: string }>;`,
  ],
  "docs/jobs.md": [
    `import { createClient } from "@plinth/client";
     const client = createClient({ url: "" });`,
    `import { createClient } from "@plinth/client";
     const client = createClient({ url: "" });
     declare function sendReceipt(order: object, signal: AbortSignal): Promise<void>;`,
    `import { createClient } from "@plinth/client"; import { jobs } from "@plinth/client/jobs";
     const client = createClient({ url: "" });
     declare function createAccount(email: string): Promise<{ id: string }>;
     declare function sendMail(email: string): Promise<boolean>;
     declare function countUse(account: string): Promise<number>;`,
    `import { createClient } from "@plinth/client"; import { jobs } from "@plinth/client/jobs";
     const client = createClient({ url: "" });
     declare function ship(order: string, by: string): Promise<void>;`,
    `import { createClient } from "@plinth/client"; import { jobs } from "@plinth/client/jobs";
     const client = createClient({ url: "" });`,
  ],
  "docs/functions-before-writes.md": [
    `import type { Field } from "@plinth/client";
     type Schema = { orders: { id: Field<string, "order", "new">; state: Field<string | null, "text"> } };`,
  ],
  "docs/runs.md": [`import type { Client } from "@plinth/client"; declare const client: Client;`],
  "docs/functions.md": [
    `import type { Field } from "@plinth/client";
     type Schema = { lines: { id: Field<string, "order", "new">; order: Field<string, "text", "required">;
       price: Field<number, "number", "required">; count: Field<number, "number", "required"> } };`,
    "",
    `import type { Client } from "@plinth/client"; declare const client: Client;`,
  ],
  "docs/change-log.md": [
    `import type { Change, SqlDriver } from "@plinth/core";
     import type { Engine } from "@plinth/engine";
     declare const engine: Engine;
     declare const driver: SqlDriver;
     declare const workspaceId: string;
     declare function deliver(change: Change, signal: AbortSignal): Promise<void>;`,
  ],
  "docs/client-auth.md": ["", ...Array<string>(8).fill(SIGNED_IN)],
  "docs/client-items.md": [
    "",
    `import type { Field, One } from "@plinth/client";
     type Text = Field<string, "text", "required">;
     type Schema = {
       directors: { id: Field<string, "order", "new">; name: Text };
       films: { id: Field<string, "order", "new">; title: Text; year: Field<number | null, "number">; director: One<"directors"> };
     };`,
    ITEMS,
    ITEMS,
    `import { createClient } from "@plinth/client";
     const client = createClient({ url: "" });`,
    `import { createClient } from "@plinth/client";
     const client = createClient({ url: "" });`,
    ITEMS,
    ITEMS,
  ],
  "docs/client-sync.md": [
    `declare function draw(rows: readonly object[]): void;`,
    SYNCED,
    LISTS,
    SYNCED,
    SYNCED,
    SYNC,
    SYNCED,
    "",
    SYNCED_LISTS,
    SYNCED_LISTS,
    `import type { StoreEntry } from "@plinth/client/sync";
     declare function readAll(name: string): Promise<StoreEntry[]>;
     declare function writeInOneTransaction(name: string, changes: readonly object[]): Promise<void>;
     declare function deleteAll(name: string): Promise<void>;`,
  ],
  "docs/client-files.md": [
    `declare const image: Blob; declare function show(kind: "file" | "folder", path: string): void;`,
  ],
  "docs/client-react.md": [
    `import type { Field } from "@plinth/client";
     type Schema = { tasks: { done: Field<boolean, "equal">; rank: Field<number | null, "number"> } };`,
  ],
  "docs/client-types.md": [
    "",
    SONGS,
    `import { createClient } from "@plinth/client"; ${SONGS} const client = createClient<Schema>({ url: "" });`,
    SONGS,
    SONGS,
  ],
  "docs/client.md": [`declare const url: string, email: string, password: string;`],
  "docs/decisions/010-system-columns.md": [""],
  "docs/hooks.md": [""],
  "docs/webhooks.md": ["", ""],
  "docs/flows.md": [""],
  "docs/live-queries.md": [
    `declare function draw(rows: readonly object[]): void; declare function warn(message: string): void;`,
  ],
  "docs/direct-uploads.md": [
    `import type { Client } from "@plinth/client"; import { files, type SentBytes } from "@plinth/client/files";
     declare const client: Client; declare const file: File; declare function show(sent: SentBytes): void;`,
  ],
  "docs/signed-urls.md": [
    `import type { Client } from "@plinth/client"; import { files } from "@plinth/client/files"; declare const client: Client;`,
  ],
  "packages/client/AGENTS.md": [
    `declare const id: string;
     declare function show(what: unknown): void;`,
  ],
  "docs/realtime.md": [
    `declare const session: { token: string };
     declare function put(id: string, data: object): void;
     declare function remove(id: string): void;
     declare function readAnew(): void;`,
    `import type { Client, ItemEvent } from "@plinth/client";
     declare const client: Client;
     declare function show(code: string, message: string): void;
     declare const badge: (state: string) => void;
     declare const handle: (event: ItemEvent) => void;`,
    `import type { Client, ItemEvent } from "@plinth/client";
     declare const client: Client;
     declare const handle: (event: ItemEvent) => void;`,
  ],
  "docs/undo.md": [""],
};

/** Packages that exist only on a page. */
export const PACKAGES = `declare module "@plinth/adapters-libsql" {
  export function libsql(options: { url: string }): import("@plinth/core").SqlDriver;
}
`;
