import type { RequestContext, S3Grant } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { answer } from "../../http/answer.ts";
import type { SignedS3Request } from "./authenticate.ts";
import { type Xml, xmlDocument } from "./xml.ts";

/** One request of S3, by a caller that is known. */
export interface ObjectRequest {
  readonly c: Context<AppEnv>;
  readonly ctx: RequestContext;
  readonly grant: S3Grant;
  readonly bucket: string;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Headers;
  readonly signed: SignedS3Request;
}

export type Operation = (request: ObjectRequest) => Promise<Response>;

/** All buckets are in one place; clients want to hear of a region. */
export const REGION = "us-east-1";

export function answerXml({ c }: ObjectRequest, name: string, content: readonly Xml[], headers = {}): Response {
  return answer(c, xmlDocument(name, content), 200, { "content-type": "application/xml", ...headers });
}

export function answerEmpty(
  { c }: ObjectRequest,
  status: 200 | 204,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return answer(c, null, status, headers);
}
