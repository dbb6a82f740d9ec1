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

const HELLO = `export default async ({ request }) => {
  const { name = "world" } = await request.json();
  return { hello: name };
};
`;

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
