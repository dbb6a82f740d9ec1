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
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

export default async ({ request, env }) => {
  const body = await request.text();
  const encoder = new TextEncoder();
  const hash = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(env.WEBHOOK_SECRET), hash, false, ["sign"]);
  const expected = hex(await crypto.subtle.sign("HMAC", key, encoder.encode(body)));
  if (request.headers.get("x-signature") !== expected) return new Response("wrong signature", { status: 401 });
  console.log("received", JSON.parse(body));
  return new Response(null, { status: 204 });
};
`;

const LOOKUP = `// Asks another server, and returns a part of its answer.
export default async ({ request }) => {
  const { package: name } = await request.json();
  const answer = await fetch("https://registry.npmjs.org/" + encodeURIComponent(name) + "/latest");
  if (!answer.ok) return new Response("not found", { status: 404 });
  const { version, license } = await answer.json();
  return { version, license };
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
    form: { ...NOTHING, name: "lookup", source: LOOKUP, fetch: "registry.npmjs.org" },
  },
];
