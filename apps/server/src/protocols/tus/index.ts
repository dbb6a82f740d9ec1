import type { PlinthError } from "@plinth/core";
import { defineRoute } from "../../http/define-route.ts";
import { NATIVE } from "../../http/native.ts";
import {
  COUNT,
  data,
  INSTANT,
  type JsonSchema,
  nullable,
  object,
  type Parameter,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";
import type { Protocol } from "../../http/protocol.ts";
import {
  answerAbilities,
  answerBytes,
  answerCreation,
  answerOverridden,
  answerProgress,
  answerTermination,
} from "./answers.ts";
import { CHUNK_TYPE, TUS_VERSION } from "./headers.ts";

/** The rules of the collection `files` decide, and who began an upload continues it. */
const shared = { tag: "Uploads", access: "caller", scope: "items" } as const;
const empty = (): JsonSchema => TEXT;

const uploadSchema = (): JsonSchema =>
  object({
    id: UUID,
    bucket: TEXT,
    path: TEXT,
    size: nullable(COUNT),
    received: COUNT,
    file: nullable(UUID),
    expires_at: INSTANT,
  });

const header = (name: string, description: string, required = false): Parameter => ({
  name,
  in: "header",
  description,
  ...(required && { required }),
  schema: TEXT,
});

const VERSION = header("Tus-Resumable", `\`${TUS_VERSION}\``, true);
const OFFSET = header("Upload-Offset", "Bytes that the server has", true);
const CHECKSUM = header(
  "Upload-Checksum",
  "`sha1`, `sha256` or `crc32`, a space, and the checksum of the body in base64",
);
const BYTES = [CHUNK_TYPE] as const;

const ERRORS = [
  "UNAUTHORIZED",
  "FORBIDDEN",
  "NOT_FOUND",
  "CONFLICT",
  "PRECONDITION_FAILED",
  "BODY_TOO_LARGE",
  "BAD_REQUEST",
  "VALIDATION",
  "LIMIT_EXCEEDED",
  "UNSUPPORTED_MEDIA_TYPE",
  "UNSUPPORTED_BY_HOST",
  "UPLOAD_LOCKED",
  "CHECKSUM_MISMATCH",
] as const;

const bytesRoute = {
  ...shared,
  bodyTypes: BYTES,
  bodySchema: empty,
  status: 204,
  response: empty,
  responseHeaders: ["upload-offset", "upload-expires", "content-location", "etag"],
  errors: ERRORS,
} as const;

/** Uploads that can be continued, by tus 1.0.0: https://tus.io/protocols/resumable-upload */
export const tus: Protocol = {
  ...NATIVE,
  name: "tus",
  bases: ["/api/tus"],
  errorResponse: (error, requestId, request) => withVersion(NATIVE.errorResponse(error, requestId, request), error),
  cors: {
    ...NATIVE.cors,
    allowHeaders: [
      ...NATIVE.cors.allowHeaders,
      "tus-resumable",
      "upload-checksum",
      "upload-concat",
      "upload-defer-length",
      "upload-length",
      "upload-metadata",
      "upload-offset",
      "x-http-method-override",
      "x-requested-with",
    ],
    exposeHeaders: [
      ...NATIVE.cors.exposeHeaders,
      "content-location",
      "location",
      "tus-checksum-algorithm",
      "tus-extension",
      "tus-max-size",
      "tus-resumable",
      "tus-version",
      "upload-concat",
      "upload-defer-length",
      "upload-expires",
      "upload-length",
      "upload-metadata",
      "upload-offset",
    ],
  },
  routes: [
    defineRoute("OPTIONS /api/tus", {
      id: "tusAbilities",
      tag: "Uploads",
      summary: "What this server can do of tus",
      access: "anyone",
      scope: "open",
      needs: "nothing",
      status: 204,
      response: empty,
      responseHeaders: ["tus-version", "tus-extension", "tus-max-size", "tus-checksum-algorithm"],
      errors: ["UNSUPPORTED_BY_HOST"],
      handle: answerAbilities,
    }),
    defineRoute("POST /api/tus", {
      ...bytesRoute,
      id: "beginUpload",
      summary: "Begin an upload that can be continued, or join pieces to a file",
      status: 201,
      parameters: () => [
        VERSION,
        header("Upload-Length", "Bytes of the file"),
        header("Upload-Defer-Length", "`1`: the length comes later"),
        header("Upload-Metadata", "`bucket`, `path` and more, each with its value in base64", true),
        header("Upload-Concat", "`partial`: a piece of a file. `final;` and the addresses of pieces: the file"),
        header("If-None-Match", "`*`: only if there is no file at the path"),
        header("If-Match", "The `ETag` that the file has, or `*` for any"),
        CHECKSUM,
      ],
      responseHeaders: ["location", ...bytesRoute.responseHeaders],
      response: () => data(uploadSchema()),
      handle: answerCreation,
    }),
    defineRoute("GET /api/tus/:id", {
      ...shared,
      id: "uploadProgress",
      summary: "How much of an upload has arrived; with HEAD in headers alone",
      response: () => data(uploadSchema()),
      responseHeaders: ["upload-offset", "upload-length", "upload-defer-length", "upload-metadata", "upload-expires"],
      errors: ERRORS,
      handle: answerProgress,
    }),
    defineRoute("PATCH /api/tus/:id", {
      ...bytesRoute,
      id: "continueUpload",
      summary: "Send the next bytes of an upload",
      parameters: () => [
        VERSION,
        OFFSET,
        header("Upload-Length", "Bytes of the file, where they came to be known"),
        CHECKSUM,
      ],
      handle: answerBytes,
    }),
    defineRoute("POST /api/tus/:id", {
      ...bytesRoute,
      id: "overrideUploadMethod",
      summary: "The same as PATCH or DELETE, for clients that cannot send them",
      parameters: () => [VERSION, header("X-HTTP-Method-Override", "`PATCH` or `DELETE`", true), OFFSET],
      errors: [...ERRORS, "METHOD_NOT_ALLOWED"],
      handle: answerOverridden,
    }),
    defineRoute("DELETE /api/tus/:id", {
      ...shared,
      id: "endUpload",
      summary: "End an upload and remove its bytes",
      parameters: () => [VERSION],
      status: 204,
      response: empty,
      errors: ERRORS,
      handle: answerTermination,
    }),
  ],
};

/** Clients of tus read it in every answer. */
function withVersion(response: Response, { code, details }: PlinthError): Response {
  response.headers.set("tus-resumable", TUS_VERSION);
  if (code === "PRECONDITION_FAILED" && details?.field === "tus-resumable")
    response.headers.set("tus-version", TUS_VERSION);
  return response;
}
