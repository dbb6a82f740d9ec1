import { jsonIn } from "../index.ts";
import {
  REQUEST_OPTIONS,
  type Requester,
  type RequestOptions,
  WRITE_OPTIONS,
  type WriteOptions,
} from "../items/request.ts";
import { requireKnown } from "../known-options.ts";
import { type Page, type PageOptions, pageQuery } from "../page.ts";
import { bucketPath } from "./path.ts";
import type { Bucket, BucketPatch, NewBucket } from "./types.ts";

/** The buckets of the workspace, for administrators. */
export interface Buckets {
  list(page?: PageOptions, options?: RequestOptions): Promise<Page<Bucket>>;
  one(name: string, options?: RequestOptions): Promise<Bucket>;
  /**
   * @example
   * await storage.buckets.create({ name: "photos", content_types: ["image/*"], max_bytes: 10_000_000 });
   */
  create(bucket: NewBucket, options?: WriteOptions): Promise<Bucket>;
  update(name: string, patch: BucketPatch, options?: WriteOptions): Promise<Bucket>;
  /** Throws `CONFLICT` where it has files. */
  delete(name: string, options?: WriteOptions): Promise<void>;
}

export function bucketsOf(request: Requester): Buckets {
  const write = async (
    method: "POST" | "PATCH" | "DELETE",
    path: string,
    body: object | undefined,
    options: WriteOptions,
  ) => {
    const asked = { method, path, write: true, ...(body && { body }) } as const;
    return (await request(asked, options, jsonIn<{ data: Bucket }>)).data;
  };
  return {
    async list(page = {}, options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "buckets.list");
      const query = pageQuery(page, "buckets.list");
      return request({ method: "GET", path: "api/buckets", query }, options, jsonIn<Page<Bucket>>);
    },
    async one(name, options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "buckets.one");
      return (await request({ method: "GET", path: bucketPath(name) }, options, jsonIn<{ data: Bucket }>)).data;
    },
    async create(bucket, options = {}) {
      requireKnown(options, WRITE_OPTIONS, "buckets.create");
      return write("POST", "api/buckets", bucket, options);
    },
    async update(name, patch, options = {}) {
      requireKnown(options, WRITE_OPTIONS, "buckets.update");
      return write("PATCH", bucketPath(name), patch, options);
    },
    async delete(name, options = {}) {
      requireKnown(options, WRITE_OPTIONS, "buckets.delete");
      await write("DELETE", bucketPath(name), undefined, options);
    },
  };
}
