import {
  abortDirectUpload,
  beginDirectSchema,
  beginDirectUpload,
  completeDirectSchema,
  completeDirectUpload,
  findDirectUpload,
  SIGNATURE,
  storeDirectPart,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { json } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import { contentLengthOf, requireUnencodedBody, streamedBody } from "../../http/file-request.ts";
import { COUNT, data, INSTANT, type JsonSchema, listOf, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { fileSchema } from "./files-schema.ts";

const MOST_NUMBER = 10_000;
const shared = { tag: "Files", access: "caller", scope: "items" } as const;

const uploadSchema = (): JsonSchema =>
  object({
    id: UUID,
    bucket: TEXT,
    path: TEXT,
    size: COUNT,
    expires_at: INSTANT,
    urls_expire_at: INSTANT,
    parts: listOf(object({ number: COUNT, size: COUNT, method: TEXT, url: TEXT })),
  });

/** `/api/uploads`: files whose bytes go by URLs, to the store itself where it has some. */
export const uploadsRoutes: readonly Route[] = [
  defineRoute("POST /api/uploads", {
    ...shared,
    id: "beginUpload",
    summary: "Begin a file that is sent by URLs, to the store itself where it has some",
    body: beginDirectSchema,
    status: 201,
    response: () => data(uploadSchema()),
    errors: [
      "NOT_FOUND",
      "CONFLICT",
      "PRECONDITION_FAILED",
      "BODY_TOO_LARGE",
      "LIMIT_EXCEEDED",
      "UNSUPPORTED_BY_HOST",
      "UNAUTHORIZED",
      "FORBIDDEN",
    ],
    async handle(c, { body }) {
      return json(c, { data: await beginDirectUpload(c.env.ctx, body) }, 201);
    },
  }),
  defineRoute("GET /api/uploads/:id", {
    ...shared,
    id: "getUpload",
    summary: "The parts of an upload that have not arrived, with new URLs",
    response: uploadSchema,
    errors: ["NOT_FOUND", "UNSUPPORTED_BY_HOST"],
    read: (ctx, { params }) => findDirectUpload(ctx, params.id),
  }),
  defineRoute("PUT /api/uploads/:id/parts", {
    ...shared,
    id: "sendPart",
    summary: "Send a part of an upload, by its URL or with credentials",
    query: z.strictObject({
      number: z.coerce.number().int().min(1).max(MOST_NUMBER).describe("Of the part"),
      expires: z.string().optional().describe("When the URL ends, in seconds since 1970"),
      [SIGNATURE]: z.string().optional().describe("Counts in place of credentials"),
    }),
    bodyTypes: ["*/*"],
    bodySchema: () => TEXT,
    response: () => data(object({ number: COUNT, size: COUNT })),
    errors: ["NOT_FOUND", "VALIDATION", "CONFLICT", "BODY_TOO_LARGE", "BAD_REQUEST", "LIMIT_EXCEEDED", "FORBIDDEN"],
    async handle(c, { query }) {
      requireUnencodedBody(c.req.raw);
      const isSigned = query.expires !== undefined || query[SIGNATURE] !== undefined;
      const part = await storeDirectPart(c.env.ctx, {
        id: c.req.param("id"),
        number: query.number,
        length: contentLengthOf(c.req.raw),
        body: streamedBody(c),
        signed: isSigned ? new URL(c.req.raw.url).searchParams : undefined,
      });
      return json(c, { data: { number: part.number, size: part.size } });
    },
  }),
  defineRoute("POST /api/uploads/:id/complete", {
    ...shared,
    id: "completeUpload",
    summary: "Make an upload whose parts have arrived a file",
    body: completeDirectSchema,
    bodyOptional: true,
    status: 201,
    response: () => data(fileSchema()),
    responseHeaders: ["etag"],
    errors: [
      "NOT_FOUND",
      "CONFLICT",
      "PRECONDITION_FAILED",
      "UNSUPPORTED_MEDIA_TYPE",
      "BODY_TOO_LARGE",
      "LIMIT_EXCEEDED",
      "UPLOAD_LOCKED",
      "UNAUTHORIZED",
      "FORBIDDEN",
    ],
    async handle(c, { body }) {
      const { file, content, created } = await completeDirectUpload(c.env.ctx, c.req.param("id"), body);
      return json(c, { data: file }, created ? 201 : 200, { etag: `"${content}"` });
    },
  }),
  defineRoute("DELETE /api/uploads/:id", {
    ...shared,
    id: "abortUpload",
    summary: "End an upload, and remove what has arrived",
    response: () => object({ id: UUID }),
    errors: ["NOT_FOUND", "UPLOAD_LOCKED"],
    read: (ctx, { params }) => abortDirectUpload(ctx, params.id),
  }),
];
