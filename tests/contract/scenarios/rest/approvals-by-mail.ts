import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { ticksUntil } from "../../fixtures/flow-runs.ts";
import { aUuid, must } from "../../match.ts";
import { type Call, dataOf, get, ok, post, put, type Scenario } from "../../scenario.ts";

const ADDRESS = "dora@elsewhere.test";

const flow: JsonObject = {
  permissions: { mail: true },
  nodes: [
    { id: "ok", type: "approval", question: "Ship {{ input.what }}?", from: { addresses: [ADDRESS] }, mail: true },
    { id: "end", type: "set", value: "{{ steps.ok.outcome }}: {{ steps.ok.decisions[0].comment }}" },
  ],
};

export const scenarios: Scenario[] = [
  {
    name: "approvals: somebody without an account decides by the link of a mail, once; to open it decides nothing",
    as: as.secretKey,
    given: [{ request: put("/api/flows/by-mail", flow), expect: ok({ data: { name: "by-mail" } }) }],
    request: post("/api/flows/by-mail/run", { input: { what: "<b>7</b>" } }),
    expect: { status: 201, body: { data: { id: aUuid } }, excludes: ["token"] },
    async verify(reply, world) {
      const run = `/api/flow-runs/${dataOf(reply, "id")}`;
      const token = await ticksUntil(world, async () => {
        const mails = await world.must(as.operator, get("/api/mail/outbox", { to: ADDRESS, limit: "1" }));
        const [mail] = mails.data as unknown as { id: string }[];
        if (!mail) return undefined;
        const { data } = await world.must(as.operator, get(`/api/mail/outbox/${mail.id}`));
        return /token=([\w-]+)/.exec((data as { content: { text: string } }).content.text)?.[1];
      });
      const page = await world.send(as.anonymous, get("/approval", { token }));
      if (page.status !== 200 || !page.text.includes("Ship &lt;b&gt;7&lt;/b&gt;?")) throw new Error(page.text);
      const asked = await world.must(as.anonymous, post("/api/approval-links", { token }));
      must(asked, { data: { state: "pending", question: "Ship <b>7</b>?" } });

      const decide = (given: string, decision: string, comment = ""): Call =>
        post("/api/approval-links/decide", { token: given, decision, comment });
      const answers = [
        await world.send(as.anonymous, decide(`${token}x`, "approve")),
        await world.send(as.anonymous, decide(token, "perhaps")),
        await world.send(as.anonymous, decide(token, "reject", "too much")),
        await world.send(as.anonymous, decide(token, "approve")),
      ];
      const statuses = answers.map(({ status }) => status).join(" ");
      if (statuses !== "422 422 200 409") throw new Error(`${statuses} ${answers.map(({ text }) => text).join()}`);
      const ended = await ticksUntil(world, async () => {
        const { data } = await world.must(as.secretKey, get(run));
        return ["succeeded", "dead"].includes((data as { state: string }).state) ? (data as JsonObject) : undefined;
      });
      must(ended, { state: "succeeded", result: "rejected: too much" });
      const after = await world.must(as.anonymous, post("/api/approval-links", { token }));
      must(after, { data: { state: "rejected", question: null, details: null } });
      const seen = await world.send(as.anonymous, get("/approval", { token }));
      if (seen.text.includes("Ship")) throw new Error("the page of a link that was used shows what it had asked");
    },
  },
];
