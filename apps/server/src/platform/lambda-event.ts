import { Buffer } from "node:buffer";

/** Events of API Gateway's HTTP APIs (payload 2.0) and of function URLs, which have the same form. */
export interface LambdaEvent {
  rawPath: string;
  rawQueryString: string;
  cookies?: string[];
  headers: Record<string, string | undefined>;
  requestContext: { domainName: string; http: { method: string; sourceIp: string } };
  body?: string;
  isBase64Encoded: boolean;
}

export interface LambdaResult {
  statusCode: number;
  headers: Record<string, string>;
  cookies: string[];
  body: string;
  isBase64Encoded: boolean;
}

/**
 * The slash behind a name `.` or `..`, or before one at the end. Clients resolve these themselves, so a decoded path has them only from
 * `%2F`, and a URL would resolve them to another path.
 */
const DOTS = /(?<=\/\.{1,2})\/|\/(?=\.{1,2}$)/g;

export function requestFromEvent(event: LambdaEvent): Request {
  const { domainName, http } = event.requestContext;
  const scheme = event.headers["x-forwarded-proto"] === "http" ? "http" : "https";
  const url = new URL(`${scheme}://${event.headers.host ?? domainName}`);
  // API Gateway passes a decoded path: the setter encodes characters that a URL cannot contain. A URL would read a
  // decoded backslash as a slash, and leave tabs and line breaks out.
  url.pathname = event.rawPath.replaceAll(/[\\\t\n\r]/g, encodeURIComponent).replaceAll(DOTS, "%2F");
  url.search = event.rawQueryString;
  const headers = new Headers();
  for (const [name, value] of Object.entries(event.headers)) {
    if (value !== undefined) headers.set(name, value);
  }
  // Payload 2.0 moves the cookies out of the headers.
  if (event.cookies?.length) headers.set("cookie", event.cookies.join("; "));
  const { method } = http;
  const body = method === "GET" || method === "HEAD" ? undefined : bodyOf(event);
  return new Request(url, { method, headers, ...(body !== undefined && { body }) });
}

function bodyOf({ body, isBase64Encoded }: LambdaEvent): BodyInit | undefined {
  if (body === undefined || !isBase64Encoded) return body;
  return Buffer.from(body, "base64");
}

export async function resultFromResponse(response: Response): Promise<LambdaResult> {
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== "set-cookie"));
  const bytes = Buffer.from(await response.arrayBuffer());
  const isText = !response.headers.has("content-encoding") && isTextType(response.headers.get("content-type") ?? "");
  return {
    statusCode: response.status,
    headers,
    cookies: response.headers.getSetCookie(),
    body: bytes.toString(isText ? "utf8" : "base64"),
    isBase64Encoded: !isText,
  };
}

/** Text is sent unchanged; anything else would be damaged in JSON. */
function isTextType(type: string): boolean {
  return type === "" || /^text\/|[/+](json|xml|javascript|x-ndjson)\b/i.test(type);
}
