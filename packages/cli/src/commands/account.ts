import { CONNECTION_OPTIONS, type CommandGroup, command } from "../command.ts";
import { type ConnectionValues, chooseConnection } from "../credentials.ts";
import { LOGIN_OPTIONS, SETUP_OPTIONS } from "../login-options.ts";
import { chosenProfile, readProfiles, removeProfile, useProfile } from "../profiles.ts";
import { table } from "../table.ts";

export const SETUP = command({
  summary: "make the first operator of a new server, and sign in",
  args: ["[LINK]"],
  options: SETUP_OPTIONS,
  access: "none",
  notes:
    "LINK is the setup link that a server prints or logs at its start while it has no operator. On the server's own machine\n" +
    "it may be left out, as far as the server allows that.\n",
  run: async (call) => (await import("../setup.ts")).runSetup(call),
});

export const LOGIN = command({
  summary: "sign in to a server, and keep the session or a key for later commands",
  options: LOGIN_OPTIONS,
  access: "none",
  notes: "The session is kept in a file that only you can read. plinth logout ends it.\n",
  run: async (call) => (await import("../login.ts")).runLogin(call),
});

export const LOGOUT = command({
  summary: "end the session of a profile, and forget its credentials",
  options: { profile: CONNECTION_OPTIONS.profile },
  access: "none",
  async run({ values, env, show }) {
    const found = chosenProfile(env, values.profile);
    if (!found) {
      await show({ profile: null }, "Nobody is signed in.\n");
      return 0;
    }
    const { name, profile } = found;
    const isEnded = profile.token ? await (await import("../login.ts")).endSession(profile) : null;
    removeProfile(env, name);
    const rest = isEnded === false ? `; ${profile.url} does not answer, so its session goes on until it expires` : "";
    await show({ profile: name, session_ended: isEnded }, `Signed out: ${name}${rest}.\n`);
    return 0;
  },
});

export const WHOAMI = command({
  summary: "show who asks, and where",
  access: "anyone",
  async run(call) {
    const { url, workspace, source, profile } = chooseConnection(call.values as unknown as ConnectionValues, call.env);
    const { data } = await call.api().manage("GET", "/api/me", undefined);
    const me = data as { kind?: string; email?: string; name?: string; roles?: string[] };
    const shown = { url, profile: profile ?? null, credentials: source, ...me, workspace: workspace ?? null };
    const rows = Object.entries(shown).filter(([, value]) => value !== null && value !== undefined);
    const texts = rows.map(([name, value]) => [
      name,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]);
    await call.show(shown, table(["", ""], texts).replace(/^\n/, ""));
    return 0;
  },
});

export const PROFILE: CommandGroup = {
  summary: "the servers at which you have signed in",
  actions: {
    list: command({
      summary: "list the profiles, without their secrets",
      access: "none",
      async run({ env, show }) {
        const { current, profiles } = readProfiles(env);
        const rows = Object.entries(profiles).map(([name, { url, email, key, workspace }]) => ({
          name,
          url,
          who: email ?? (key ? "a key" : null),
          workspace: workspace ?? null,
          current: name === current,
        }));
        const texts = rows.map((row) => [
          row.current ? "*" : "",
          row.name,
          row.url,
          row.who ?? "",
          row.workspace ?? "",
        ]);
        await show(rows, table(["", "name", "url", "who", "workspace"], texts));
        return 0;
      },
    }),
    use: command({
      summary: "let commands use a profile unless they name another",
      args: ["NAME"],
      access: "none",
      async run({ args: [name], env, show }) {
        useProfile(env, name!);
        await show({ current: name }, `Commands use the profile ${name} now.\n`);
        return 0;
      },
    }),
    remove: command({
      summary: "forget a profile; its session goes on until it expires (plinth logout ends it)",
      args: ["NAME"],
      access: "none",
      async run({ args: [name], env, show }) {
        removeProfile(env, name!);
        await show({ removed: name }, `Removed the profile ${name}.\n`);
        return 0;
      },
    }),
  },
};
