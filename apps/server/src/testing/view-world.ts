import { expect } from "bun:test";
import type { Config, Log } from "@plinth/core";
import { bearer, type TestApp, testApp } from "./app.ts";

export type Headers = Record<string, string>;

export interface Someone {
  readonly id: string;
  readonly headers: Headers;
}

/** People, keys and members with every kind of rights over some notes, and one of another workspace. */
export interface ViewWorld {
  readonly app: TestApp;
  /** The fields of all lines. */
  readonly logged: object[];
  /** Of the server. */
  readonly owner: Headers;
  /** Users: ann has no role, ben is an editor, boss an administrator; foreign belongs to another workspace. */
  readonly ann: Someone;
  readonly ben: Someone;
  readonly boss: Someone;
  readonly foreign: Someone;
  readonly annsNote: string;
  readonly keys: Readonly<Record<KeyOfWorld, Someone>>;
  readonly members: Readonly<Record<"admin" | "developer" | "viewer", Headers>>;
  signUp(name: string, workspace?: string): Promise<Someone>;
  makeKey(name: string, body: object, workspace?: string): Promise<Someone>;
  /** Reads as somebody else. */
  list(who: Headers, as: string): Promise<Response>;
  read(path: string, headers: Headers): Promise<Response>;
}

type KeyOfWorld = "public" | "secret" | "reader" | "plain" | "narrow" | "editor" | "noRules" | "foreign";

export const VIEW_AS_HEADER = "x-plinth-view-as";

export const viewing = (who: Headers, as: string): Headers => ({ ...who, [VIEW_AS_HEADER]: as });

/** What differs between two equal answers is taken out. */
export async function textOf(response: Promise<Response>): Promise<string> {
  return (await (await response).text()).replace(/"request_id":"[^"]*"/, "");
}

export async function answeredData<T = Record<string, string>>(response: Response): Promise<T> {
  const { data, error } = (await response.json()) as { data: T; error?: unknown };
  expect(error).toBeUndefined();
  return data;
}

/** Everybody may read open notes without their secret, users also their own, and editors all. */
const RULES = [
  { role: "public", collection: "notes", action: "read", condition: { title: "open" }, fields: ["title"] },
  { role: "authenticated", collection: "notes", action: "read", condition: { owner_id: "$user.id" } },
  { role: "authenticated", collection: "notes", action: ["create", "update"], condition: { owner_id: "$user.id" } },
  { role: "editor", collection: "notes", action: "read" },
];

const READS = ["read", "rules:read"];
const SCOPES = {
  reader: { roles: ["admin"], actions: [...READS, "users:read", "keys:read"] },
  plain: { roles: ["admin"], actions: READS },
  narrow: { roles: ["admin"], actions: ["read"], collections: ["notes"] },
  editor: { roles: ["editor"], actions: ["read"] },
  noRules: { roles: ["admin"], actions: ["read", "users:read"] },
};

export async function viewWorld(settings: Partial<Config> = {}): Promise<ViewWorld> {
  const logged: object[] = [];
  const note: Log["debug"] = (_, fields) => void logged.push(fields ?? {});
  const app = testApp({ authRateLimit: 0, ...settings }, { log: { debug: note, info: note, warn: note, error: note } });
  const owner = bearer(await app.signUp("owner@example.com"));
  const make = async (path: string, body: object, method = "POST") =>
    answeredData(await app.send(path, body, owner, method));
  await make("/api/workspaces", { slug: "other", name: "Other" });
  const fields = ["title", "secret"].map((name) => ({ name, type: "text" }));
  await make("/api/collections", { slug: "notes", fields });
  await make("/api/collections", { slug: "plans", fields });
  await make("/api/roles", { name: "editor" });
  await make("/api/permissions", RULES);
  const signUp = async (name: string, workspace = "default"): Promise<Someone> => {
    const account = { name, email: `${name}@example.com`, password: "correct horse" };
    const answer = await app.send(`/api/t/${workspace}/auth/sign-up/email`, account);
    const { token, user } = (await answer.json()) as { token: string; user: { id: string } };
    return { id: user.id, headers: bearer(token) };
  };
  const makeKey = async (name: string, body: object, workspace = "default"): Promise<Someone> => {
    const { id, key } = await make(`/api/t/${workspace}/keys`, { name, ...body });
    return { id: id!, headers: { "x-api-key": key! } };
  };
  const scoped = (name: keyof typeof SCOPES) => makeKey(name, { kind: "scoped", ...SCOPES[name] });
  const member = async (role: string): Promise<Headers> => {
    const email = `${role}@example.com`;
    const { token: invitation } = await make("/api/member-invitations", { email, role });
    const account = { name: role, email, password: "correct horse", invitation };
    const joined = await app.send("/api/operator/auth/sign-up/email", account);
    return bearer(((await joined.json()) as { token: string }).token);
  };
  const [ann, ben, boss] = [await signUp("ann"), await signUp("ben"), await signUp("boss")];
  await make(`/api/users/${ben.id}/roles`, { roles: ["editor"] }, "PUT");
  await make(`/api/users/${boss.id}/roles`, { roles: ["admin"] }, "PUT");
  const write = async (who: Headers, title: string) =>
    (await answeredData(await app.send("/api/items/notes", { title, secret: `secret ${title}` }, who))).id!;
  await write(owner, "open");
  const annsNote = await write(ann.headers, "of ann");
  await write(ben.headers, "of ben");
  const read = (path: string, headers: Headers) => app.call(path, { headers });
  return {
    app,
    logged,
    owner,
    ann,
    ben,
    boss,
    foreign: await signUp("foreign", "other"),
    annsNote,
    keys: {
      public: await makeKey("public", { kind: "publishable" }),
      secret: await makeKey("secret", { kind: "secret" }),
      reader: await scoped("reader"),
      plain: await scoped("plain"),
      narrow: await scoped("narrow"),
      editor: await scoped("editor"),
      noRules: await scoped("noRules"),
      foreign: await makeKey("foreign", { kind: "secret" }, "other"),
    },
    members: { admin: await member("admin"), developer: await member("developer"), viewer: await member("viewer") },
    signUp,
    makeKey,
    list: (who, as) => read("/api/items/notes?sort=title", viewing(who, as)),
    read,
  };
}
