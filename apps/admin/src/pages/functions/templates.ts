import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { FunctionForm } from "./function-form.ts";

export interface FunctionTemplate {
  readonly id: string;
  readonly title: MessageDescriptor;
  readonly form: FunctionForm;
}

const NOTHING: FunctionForm = {
  ...{ name: "hello", source: "", auth: "admin", methods: ["POST"], as: "caller" },
  ...{ actions: [], collections: [], fetch: "", others: "{}" },
};

const HELLO = `// Somebody calls it with a request; a schedule, a job or a flow starts it with a job.
export default async ({ request, job }) => {
  const given = request ? await request.json() : job.payload;
  const { name = "world" } = given ?? {};
  return { hello: name };
};
`;

const NIGHTLY = `// Starts by itself each night at two: its trigger is among the other settings.
export default async ({ job }) => {
  console.log("started by", job.payload?.trigger?.type ?? "a job");
  return { done: true };
};
`;

const ON_CHANGE = `// Starts with each new item, of any collection: its trigger is among the other settings.
export default async ({ job }) => {
  const { event, change } = job.payload?.trigger ?? {};
  console.log(event, change?.after);
};
`;

const startedBy = (triggers: object): string => JSON.stringify({ triggers }, null, 2);

const RECEIVER = `// Answers the webhook of another product, which signs what it sends with the secret WEBHOOK_SECRET.
const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

export default async ({ request, env }) => {
  const body = await request.bytes();
  const secret = new TextEncoder().encode(env.WEBHOOK_SECRET);
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const signature = bytesOf(request.headers.get("x-signature") ?? "");
  if (!(await crypto.subtle.verify("HMAC", key, signature, body))) return new Response("wrong signature", { status: 401 });
  console.log("received", JSON.parse(new TextDecoder().decode(body)));
  return new Response(null, { status: 204 });
};
`;

const LOOKUP = `// Asks another server, and returns a part of its answer.
export default async ({ request }) => {
  const { repository } = await request.json();
  const answer = await fetch("https://api.github.com/repos/" + repository);
  if (!answer.ok) return new Response("not found", { status: 404 });
  const { description, stargazers_count } = await answer.json();
  return { description, stars: stargazers_count };
};
`;

/** What a new function can begin with. */
export const FUNCTION_TEMPLATES: readonly FunctionTemplate[] = [
  { id: "hello", title: msg`An answer`, form: { ...NOTHING, source: HELLO } },
  {
    id: "nightly",
    title: msg`Work at times`,
    form: {
      ...{ ...NOTHING, name: "nightly", source: NIGHTLY },
      others: startedBy({ cron: [{ schedule: "0 2 * * *", zone: "UTC" }] }),
    },
  },
  {
    id: "on-change",
    title: msg`Work when items change`,
    form: {
      ...NOTHING,
      name: "on-change",
      source: ON_CHANGE,
      others: startedBy({ changes: [{ events: ["*.create"] }] }),
    },
  },
  {
    id: "receiver",
    title: msg`A receiver of webhooks`,
    form: { ...NOTHING, name: "receiver", source: RECEIVER, auth: "public" },
  },
  {
    id: "lookup",
    title: msg`A question to another server`,
    form: { ...NOTHING, name: "lookup", source: LOOKUP, fetch: "api.github.com" },
  },
];
