import { type CommandGroup, choice, flag, text } from "../command.ts";
import { CliError, usage } from "../errors.ts";
import { names } from "../options.ts";
import { encoded, prefixesOf, type RequestIo, requestCommand } from "../request-command.ts";

const USER = ["email", "name", "roles", "email_verified", "phone", "blocked_at", "id"];
const NAMED = "USER is an address, a phone number (+49…) or an id.\n";

const changed = (name: string, summary: string) =>
  requestCommand({
    summary,
    args: ["USER"],
    notes: NAMED,
    request: async ([user], _, io) => ["POST", `${await pathOf(user!, io)}/${name}`, {}],
    columns: USER,
  });

const roles = text("A,B", "the user's roles");

export const USERS: CommandGroup = {
  summary: "the users of a workspace",
  actions: {
    list: requestCommand({
      summary: "list the users",
      options: {
        search: text("TEXT", "only those with the text in the address or the name"),
        role: text("ROLE", "only those with the role"),
        blocked: flag("only those who are blocked"),
        anonymous: flag("only anonymous users"),
      },
      request: (_, { search, role, blocked, anonymous }) => {
        const query = new URLSearchParams({
          ...(search !== undefined && { search }),
          ...(role !== undefined && { role }),
          ...(blocked && { blocked: "true" }),
          ...(anonymous && { anonymous: "true" }),
        });
        return ["GET", `/api/users${query.size === 0 ? "" : `?${query}`}`];
      },
      columns: USER,
    }),
    get: requestCommand({
      summary: "show one user",
      args: ["EMAIL|PHONE"],
      async request([user], _, io) {
        await idOf(user!, io);
        return ["GET", lookup(user!)];
      },
      columns: USER,
    }),
    create: requestCommand({
      summary: "make an account for somebody",
      args: ["EMAIL"],
      options: {
        name: text("NAME", "what the user is called", { required: true }),
        roles,
        verified: flag("you know that the address is the user's"),
        "password-stdin": flag("read a password from the standard input"),
      },
      async request([email], { name, roles, verified, "password-stdin": fromStdin }, { terminal }) {
        const password = fromStdin ? (await terminal.input()).replace(/\r?\n$/, "") : undefined;
        const body = { email, name, password, roles: roles && names(roles), email_verified: verified };
        return ["POST", "/api/users", body];
      },
      columns: USER,
    }),
    invite: requestCommand({
      summary: "invite somebody, and show the link",
      args: ["EMAIL"],
      options: {
        roles,
        "expires-at": text("TIME", "when the invitation ends"),
        "send-mail": flag("send the link, too"),
      },
      request: ([email], { roles, "expires-at": expires_at, "send-mail": send_mail }) => [
        "POST",
        "/api/invitations",
        { email, roles: roles && names(roles), expires_at, send_mail },
      ],
      columns: ["email", "roles", "expires_at", "link"],
    }),
    roles: requestCommand({
      summary: "set the roles of a user, in place of those that it has",
      args: ["USER", "[A,B]"],
      options: {
        none: flag("take all roles from the user"),
        "revoke-keys": flag("end the keys that the user made, where it may make none from now on; else they go on"),
      },
      notes: `${NAMED}Only an operator or an administrator who has signed in gives or takes the role admin; no key does.\n`,
      async request([user, given], { none, "revoke-keys": revoke }, io) {
        if ((given === undefined) !== none) throw usage("Write the roles, with commas between them, or --none");
        const query = revoke ? "?revoke_keys=true" : "";
        return ["PUT", `${await pathOf(user!, io)}/roles${query}`, { roles: none ? [] : names(given) }];
      },
      columns: ["email", "roles", "keys_revoked", "keys", "id"],
      rows: (changed) => [{ ...changed, keys: prefixesOf(changed.keys) }],
    }),
    block: changed("block", "end a user's sessions and let nobody sign in"),
    unblock: changed("unblock", "let a blocked user sign in again"),
    "sign-out": changed("sign-out", "end all sessions of a user"),
    "reset-second-factor": requestCommand({
      summary: "remove the second factor of a user who has lost it, and end the user's sessions",
      args: ["USER"],
      notes: `${NAMED}It needs an operator or an administrator who has signed in; no key can do it.\n`,
      request: async ([user], _, io) => ["DELETE", `${await pathOf(user!, io)}/second-factor`],
      columns: USER,
    }),
    agreements: requestCommand({
      summary: "list the versions of the terms to which a user has agreed",
      args: ["USER"],
      notes: NAMED,
      request: async ([user], _, io) => ["GET", `${await pathOf(user!, io)}/agreements`],
      columns: ["version", "url", "agreed_at"],
    }),
    export: requestCommand({
      summary: "write all that is stored about a user",
      args: ["USER"],
      options: { output: text("FILE", "unless given, to standard output") },
      notes: NAMED,
      request: async ([user], _, io) => ["GET", `${await pathOf(user!, io)}/export`],
    }),
    delete: requestCommand({
      summary: "delete a user",
      args: ["USER"],
      options: {
        items: choice(["release", "delete"], "release leaves the user's items without an owner; delete deletes them", {
          required: true,
        }),
      },
      notes: NAMED,
      request: async ([user], { items }, io) => [
        "DELETE",
        `${await pathOf(user!, io)}?${new URLSearchParams({ items })}`,
      ],
      columns: ["id", "complete", "items", "sessions", "accounts", "roles"],
    }),
  },
};

const isNumber = (user: string): boolean => user.startsWith("+");

/** One user at most: addresses and numbers are compared as a whole. */
const lookup = (user: string): string =>
  `/api/users?${new URLSearchParams({ [isNumber(user) ? "phone" : "email"]: user })}`;

/** A user is named by address, phone number or id. */
async function pathOf(user: string, io: RequestIo): Promise<string> {
  return `/api/users/${encoded(user.includes("@") || isNumber(user) ? await idOf(user, io) : user)}`;
}

async function idOf(user: string, { api }: RequestIo): Promise<string> {
  if (!user.includes("@") && !isNumber(user)) {
    const forms = "one such as ann@example.com or +4915112345678";
    throw usage(`"${user}" is not an address and not a phone number; expected ${forms}`);
  }
  const { data } = await api.manage("GET", lookup(user), undefined);
  const [found] = Array.isArray(data) ? data : [];
  if (!found) throw new CliError(`There is no user with the ${isNumber(user) ? "number" : "address"} ${user}.`);
  return String(found.id);
}
