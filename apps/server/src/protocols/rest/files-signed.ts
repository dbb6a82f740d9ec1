import {
  type FileLocation,
  type ImageInput,
  type OpenedFile,
  openForScanner,
  openImage,
  openSignedFile,
  openStoredFile,
  openVersion,
  type RequestContext,
  revokeUrls,
  revokeUrlsSchema,
  SCAN,
  SIGNATURE,
  signFile,
  signFileSchema,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { defineRoute } from "../../http/define-route.ts";
import { fileLocationIn } from "../../http/file-request.ts";
import { INSTANT, nullable, object, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

/** Parameters of a signed URL. Whether they are right is for the signature to say. */
export const SIGNED_QUERY = {
  expires: z.string().optional().describe("Of a signed URL: when it ends, in seconds since 1970"),
  address: z.string().optional().describe("Of a signed URL that is for one address"),
  signer: z.string().optional().describe("Of a signed URL: by whose rights, encrypted"),
  [SCAN]: z.string().optional().describe("Of a signed URL for the scanner: the version that it reads"),
  [SIGNATURE]: z.string().optional().describe("Of a signed URL: it then counts in place of credentials"),
};

/** The file that the request asks for, or an image of it, by its signature if it has one, else by its credentials. */
export function requestedFile(
  c: Context<AppEnv>,
  version: string | undefined,
  image: ImageInput | undefined,
): Promise<OpenedFile> {
  const { searchParams } = new URL(c.req.raw.url);
  const isSigned = Object.keys(SIGNED_QUERY).some((name) => searchParams.has(name));
  const location = fileLocationIn(c);
  const { ctx } = c.env;
  const open = (opener: RequestContext, at: FileLocation): Promise<OpenedFile> =>
    image ? openImage(opener, at, image) : openStoredFile(opener, at);
  if (searchParams.has(SCAN)) return openForScanner(ctx, location, searchParams);
  if (isSigned) return openSignedFile(ctx, location, searchParams, open);
  return version === undefined ? open(ctx, location) : openVersion(ctx, location, version);
}

const shared = { tag: "Files" } as const;

/** URLs by which others read a file without credentials. */
export const signedFilesRoutes: readonly Route[] = [
  defineRoute("POST /api/files/sign", {
    ...shared,
    access: "caller",
    scope: "items",
    id: "signFile",
    summary: "Sign a URL by which anybody reads a file for some time",
    body: signFileSchema,
    response: () => object({ url: TEXT, expires_at: INSTANT }),
    errors: ["NOT_FOUND", "CONFLICT", "LIMIT_EXCEEDED", "UNAUTHORIZED", "FORBIDDEN"],
    read: (ctx, { body }) => signFile(ctx, body),
  }),
  defineRoute("POST /api/files/revoke", {
    ...shared,
    access: "admin",
    scope: "files",
    id: "revokeFileUrls",
    summary: "End the signed URLs of a file, a bucket or all files",
    body: revokeUrlsSchema,
    response: () => object({ bucket: nullable(TEXT), path: nullable(TEXT) }),
    errors: ["NOT_FOUND", "LIMIT_EXCEEDED"],
    write: (ctx, { body }) => revokeUrls(ctx, body),
  }),
];
