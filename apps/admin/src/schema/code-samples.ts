import type { CodeSample } from "../ui/code-block.tsx";

/** A call of the API, as programs make it. */
export interface ApiCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Such as `/api/items/posts`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** The same by the client: `client.from("posts").list()`. */
  readonly client: string;
}

export interface ApiAddress {
  /** The server's origin. */
  readonly url: string;
  /** Undefined: the workspace that addresses without one mean. */
  readonly workspace: string | undefined;
  /** A publishable key; without one, a placeholder. */
  readonly key?: string | undefined;
}

const PLACEHOLDER = "YOUR_KEY";

/** A call in curl, JavaScript, Python and by the client. All but the last run without anything of Plinth. */
export function samplesOf(call: ApiCall, address: ApiAddress): readonly CodeSample[] {
  return [
    { label: "curl", code: curlOf(call, address) },
    { label: "JavaScript", code: javaScriptOf(call, address) },
    { label: "Python", code: pythonOf(call, address) },
    { label: "Client", code: clientOf(call, address) },
  ];
}

function addressOf({ path }: ApiCall, { url, workspace }: ApiAddress): string {
  return `${url}${workspace === undefined ? path : path.replace(/^\/api\//, `/api/t/${workspace}/`)}`;
}

function curlOf(call: ApiCall, address: ApiAddress): string {
  const { method, query = {}, body } = call;
  const search = Object.entries(query).map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`);
  const parts = [
    `curl ${search.length > 0 ? "-G " : method === "GET" || method === "POST" ? "" : `-X ${method} `}${quoted(addressOf(call, address))}`,
    `-H ${quoted(`x-api-key: ${address.key ?? PLACEHOLDER}`)}`,
    ...search,
    ...(body
      ? [`-H 'content-type: application/json'`, `-d ${quoted(JSON.stringify(body, null, 2).replaceAll("\n", "\n  "))}`]
      : []),
  ];
  return parts.join(" \\\n  ");
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** For browsers, Node, Bun and Deno, as a module. */
function javaScriptOf(call: ApiCall, address: ApiAddress): string {
  const { method, query, body } = call;
  const search = query ? `?${new URLSearchParams(query)}` : "";
  const headers = { "x-api-key": address.key ?? PLACEHOLDER, ...(body && { "content-type": "application/json" }) };
  const options = [
    ...(method === "GET" ? [] : [`method: "${method}"`]),
    `headers: ${JSON.stringify(headers)}`,
    ...(body ? [`body: JSON.stringify(${JSON.stringify(body)})`] : []),
  ];
  return [
    `const response = await fetch(${JSON.stringify(addressOf(call, address) + search)}, {`,
    ...options.map((option) => `  ${option},`),
    "});",
    "console.log(response.status, await response.json());",
  ].join("\n");
}

/** The client is in no package registry yet: docs/client.md, "Get the client". */
const GET_CLIENT = [
  "// @plinth/client is not on npm yet. In a clone of Plinth: npm run build client",
  "// In your project: npm install --install-links PATH_OF_THE_CLONE/dist/client",
];

function clientOf({ client }: ApiCall, { url, workspace, key }: ApiAddress): string {
  const options = [
    `url: ${JSON.stringify(url)}`,
    ...(workspace === undefined ? [] : [`workspace: ${JSON.stringify(workspace)}`]),
    `key: ${JSON.stringify(key ?? PLACEHOLDER)}`,
  ];
  return [
    ...GET_CLIENT,
    `import { createClient } from "@plinth/client";`,
    "",
    `const client = createClient({ ${options.join(", ")} });`,
    `console.log(await ${client});`,
  ].join("\n");
}

function pythonOf(call: ApiCall, address: ApiAddress): string {
  const { method, query, body } = call;
  const parts = [
    JSON.stringify(addressOf(call, address)),
    `headers={"x-api-key": ${JSON.stringify(address.key ?? PLACEHOLDER)}}`,
    ...(query ? [`params=${python(query)}`] : []),
    ...(body ? [`json=${python(body)}`] : []),
  ];
  const lines = parts.map((part) => `    ${part},\n`).join("");
  return `import httpx\n\nresponse = httpx.${method.toLowerCase()}(\n${lines})\nresponse.raise_for_status()\nprint(response.json())`;
}

/** JSON as Python writes it. */
function python(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, one]) => `${JSON.stringify(name)}: ${python(one)}`)
    .join(", ")}}`;
}
