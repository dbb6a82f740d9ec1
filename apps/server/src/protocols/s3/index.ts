import { NO_CREDENTIALS } from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { TEXT } from "../../http/openapi/json-schema.ts";
import type { Protocol } from "../../http/protocol.ts";
import { BASE } from "./address.ts";
import { s3ErrorResponse } from "./errors.ts";
import { answerS3 } from "./operations.ts";

/** The signature decides who calls; so the caller is not known before. */
const shared = { tag: "S3", access: "anyone", needs: "database", response: () => TEXT, handle: answerS3 } as const;

/** The API of Amazon S3, as far as files have what it needs. https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html */
export const s3: Protocol = {
  name: "s3",
  bases: [BASE],
  domain: ({ s3Domain }) => s3Domain,
  credentials: () => NO_CREDENTIALS,
  errorResponse: s3ErrorResponse,
  cors: {
    origins: ({ corsOrigins }) => corsOrigins,
    // A signature stands for them.
    credentials: false,
    allowMethods: ["GET", "HEAD", "PUT", "POST", "DELETE"],
    allowHeaders: ["*", "authorization"],
    exposeHeaders: ["*"],
  },
  routes: [
    defineRoute("GET /s3", { ...shared, id: "s3ListBuckets", summary: "The buckets, for clients of S3" }),
    defineRoute("GET /s3/", { ...shared, id: "s3ListBucketsAtRoot", summary: "The same" }),
    defineRoute("GET /s3/:path+", { ...shared, id: "s3Read", summary: "Objects and lists of them, for clients of S3" }),
    defineRoute("PUT /s3/:path+", { ...shared, id: "s3Write", summary: "Make a bucket, or store an object" }),
    defineRoute("POST /s3/:path+", {
      ...shared,
      id: "s3Post",
      summary: "Delete several objects, or begin and complete an upload in parts",
    }),
    defineRoute("DELETE /s3/:path+", {
      ...shared,
      id: "s3Delete",
      summary: "Delete a bucket or an object, or end an upload",
    }),
  ],
};
