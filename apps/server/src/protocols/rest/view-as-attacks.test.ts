/** Who may see as somebody else, and as whom. */
import { describe, expect, test } from "bun:test";
import { systemClock } from "@plinth/adapters-memory";
import { bearer, refusalIn } from "../../testing/app.ts";
import { answeredData, type Headers, textOf, VIEW_AS_HEADER, viewing, viewWorld } from "../../testing/view-world.ts";

const refused = [403, "FORBIDDEN", VIEW_AS_HEADER];
const unknown = [422, "VALIDATION", VIEW_AS_HEADER];
const { app, owner, ann, ben, boss, foreign, keys, members, signUp, makeKey, list, read } = await viewWorld();

describe("who may", () => {
  test("nobody without the rights learns anything, not even whether the other exists", async () => {
    for (const as of ["anonymous", `user:${ann.id}`, "user:nobody", "role:nothing", `key:${keys.secret.id}`, "???"]) {
      expect(await refusalIn(await list({}, as))).toEqual([401, "UNAUTHORIZED"]);
      for (const who of [ann.headers, ben.headers, keys.public.headers, keys.editor.headers, keys.narrow.headers]) {
        expect(await refusalIn(await list(who, as))).toEqual(refused as never);
      }
      expect(await refusalIn(await list(keys.noRules.headers, as))).toEqual(refused as never);
      expect(await refusalIn(await list(foreign.headers, as))).toEqual(refused as never);
    }
  });

  test("who acts as a user may not", async () => {
    const { token } = await answeredData(
      await app.send(`/api/users/${ann.id}/impersonate`, { reason: "helping" }, owner),
    );
    expect(await refusalIn(await list(bearer(token!), "anonymous"))).toEqual(refused as never);
  });

  test("members who only look, and keys limited to reading, see as others, and no more than before", async () => {
    for (const who of [members.viewer, members.developer, keys.reader.headers]) {
      for (const as of [`user:${ann.id}`, `user:${ben.id}`, `user:${boss.id}`, `key:${keys.secret.id}`, "role:admin"]) {
        const own = await textOf(list(owner, as));
        expect(await textOf(list(who, as))).toBe(own);
      }
    }
    // A dry run as an administrator stays one of a viewer.
    const dry = `/api/items/notes?dry_run=true&filter=${encodeURIComponent('{"title":"of ann"}')}`;
    const asBoss = (who: Headers) => app.send(dry, undefined, viewing(who, `user:${boss.id}`), "DELETE");
    expect(await refusalIn(await asBoss(members.viewer))).toEqual([403, "FORBIDDEN"]);
    expect((await asBoss(members.developer)).status).toBe(200);
    expect((await asBoss(owner)).status).toBe(200);
  });

  test("a user or a key is named only to whoever may list them", async () => {
    const { headers } = keys.plain;
    expect((await list(headers, "role:editor")).status).toBe(200);
    expect(await refusalIn(await list(headers, `user:${ann.id}`))).toEqual(refused as never);
    expect(await refusalIn(await list(headers, `key:${keys.public.id}`))).toEqual(refused as never);
  });
});

describe("as whom", () => {
  test("not as users and keys of another workspace, in either direction", async () => {
    for (const as of [`user:${foreign.id}`, `key:${keys.foreign.id}`]) {
      expect(await refusalIn(await list(owner, as))).toEqual(unknown as never);
      expect(await refusalIn(await list(keys.secret.headers, as))).toEqual(unknown as never);
    }
    for (const as of [`user:${ann.id}`, `key:${keys.secret.id}`, "role:editor"]) {
      const there = read("/api/items/notes", viewing(keys.foreign.headers, as));
      expect(await refusalIn(await there)).toEqual(unknown as never);
    }
  });

  test("not as operators", async () => {
    const { data } = (await (await read("/api/operator/me", owner)).json()) as { data: { id: string } };
    expect(await refusalIn(await list(owner, `user:${data.id}`))).toEqual(unknown as never);
  });

  test("what is no principal is refused in words", async () => {
    for (const as of [
      "",
      "user:",
      "user",
      "admin",
      `key:${ann.id}`,
      `user:${keys.public.id}`,
      "role:nothing",
      "role:editor@x",
      `user:${ann.id},user:${ben.id}`,
      `user:${ann.id}@`,
      `user:${"x".repeat(5000)}`,
      "user:' or 1=1 --",
    ]) {
      const answer = await list(owner, as);
      expect([as.slice(0, 20), ...(await refusalIn(answer))]).toEqual([as.slice(0, 20), ...unknown] as never);
    }
  });

  test("not as who could not sign in, nor as a key that has ended", async () => {
    const carl = await signUp("carl");
    await app.send(`/api/users/${carl.id}/block`, {}, owner);
    expect(await refusalIn(await list(owner, `user:${carl.id}`))).toEqual([403, "USER_BLOCKED", VIEW_AS_HEADER]);
    const old = await makeKey("old", { kind: "publishable" });
    await app.send(`/api/keys/${old.id}`, undefined, owner, "DELETE");
    expect(await refusalIn(await list(owner, `key:${old.id}`))).toEqual(unknown as never);
    const ending = await makeKey("ending", {
      kind: "publishable",
      expires_at: new Date(systemClock.now() + 1000).toISOString(),
    });
    expect((await list(owner, `key:${ending.id}`)).status).toBe(200);
  });
});
