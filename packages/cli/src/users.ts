import { CliError } from "./errors.ts";
import { type ActionIo, encoded, type ManageAction, type ManageActions } from "./manage.ts";
import { names, usage } from "./options.ts";

const USER = ["email", "name", "roles", "email_verified", "phone", "blocked_at", "id"];

const changed = (name: string): ManageAction => ({
  args: ["USER"],
  request: async ([user], _, io) => ["POST", `${await pathOf(user!, io)}/${name}`, {}],
  columns: USER,
});

/** `plinth users …` */
export const USERS: ManageActions = {
  list: {
    args: [],
    options: ["search"],
    request: (_, { search }) => [
      "GET",
      `/api/users${search === undefined ? "" : `?${new URLSearchParams({ search })}`}`,
    ],
    columns: USER,
  },
  get: {
    args: ["EMAIL|PHONE"],
    async request([user], _, io) {
      await idOf(user!, io);
      return ["GET", lookup(user!)];
    },
    columns: USER,
  },
  create: {
    args: ["EMAIL"],
    options: ["name", "roles", "verified", "password-stdin"],
    async request([email], { name, roles, verified, "password-stdin": fromStdin }, { terminal }) {
      if (name === undefined) throw usage("Say what the user is called with --name");
      const password = fromStdin ? (await terminal.input()).replace(/\r?\n$/, "") : undefined;
      const body = { email, name, password, roles: roles && names(roles), email_verified: verified };
      return ["POST", "/api/users", body];
    },
    columns: USER,
  },
  invite: {
    args: ["EMAIL"],
    options: ["roles", "expires-at", "send-mail"],
    request: ([email], { roles, "expires-at": expires_at, "send-mail": send_mail }) => [
      "POST",
      "/api/invitations",
      { email, roles: roles && names(roles), expires_at, send_mail },
    ],
    columns: ["email", "roles", "expires_at", "link"],
  },
  block: changed("block"),
  unblock: changed("unblock"),
  "sign-out": changed("sign-out"),
  agreements: {
    args: ["USER"],
    request: async ([user], _, io) => ["GET", `${await pathOf(user!, io)}/agreements`],
    columns: ["version", "url", "agreed_at"],
  },
  export: {
    args: ["USER"],
    options: ["output"],
    request: async ([user], _, io) => ["GET", `${await pathOf(user!, io)}/export`],
  },
  delete: {
    args: ["USER"],
    options: ["items"],
    async request([user], { items }, io) {
      if (items === undefined)
        throw usage("Say what happens to the user's items with --items release (they stay) or --items delete");
      return ["DELETE", `${await pathOf(user!, io)}?${new URLSearchParams({ items })}`];
    },
    columns: ["id", "complete", "items", "sessions", "accounts", "roles"],
  },
};

const isNumber = (user: string): boolean => user.startsWith("+");

/** One user at most: addresses and numbers are compared as a whole. */
const lookup = (user: string): string =>
  `/api/users?${new URLSearchParams({ [isNumber(user) ? "phone" : "email"]: user })}`;

/** A user is named by address, phone number or id. */
async function pathOf(user: string, io: ActionIo): Promise<string> {
  return `/api/users/${encoded(user.includes("@") || isNumber(user) ? await idOf(user, io) : user)}`;
}

async function idOf(user: string, { api }: ActionIo): Promise<string> {
  if (!user.includes("@") && !isNumber(user)) {
    const forms = "one such as ann@example.com or +4915112345678";
    throw usage(`"${user}" is not an address and not a phone number; expected ${forms}`);
  }
  const { data } = await api.manage("GET", lookup(user), undefined);
  const [found] = Array.isArray(data) ? data : [];
  if (!found) throw new CliError(`There is no user with the ${isNumber(user) ? "number" : "address"} ${user}.`);
  return String(found.id);
}
