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
import type { NewS3Key, S3Key, S3KeyWithSecret } from "./types.ts";

const PATH = "api/s3-keys";

/** The access keys of clients of S3, for administrators. */
export interface S3Keys {
  list(page?: PageOptions, options?: RequestOptions): Promise<Page<S3Key>>;
  /**
   * The only answer with the secret. Needs a session of an operator, and a fresh proof of who it is.
   *
   * @example
   * const { access_key_id, secret_access_key } = await storage.s3Keys.create({ name: "backup", read_only: true });
   */
  create(key: NewS3Key, options?: WriteOptions): Promise<S3KeyWithSecret>;
  /** The next request with it is refused. */
  revoke(id: string, options?: WriteOptions): Promise<void>;
}

export function s3KeysOf(request: Requester): S3Keys {
  return {
    async list(page = {}, options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "s3Keys.list");
      return request(
        { method: "GET", path: PATH, query: pageQuery(page, "s3Keys.list") },
        options,
        jsonIn<Page<S3Key>>,
      );
    },
    async create(key, options = {}) {
      requireKnown(options, WRITE_OPTIONS, "s3Keys.create");
      const asked = { method: "POST", path: PATH, body: key, write: true } as const;
      return (await request(asked, options, jsonIn<{ data: S3KeyWithSecret }>)).data;
    },
    async revoke(id, options = {}) {
      requireKnown(options, WRITE_OPTIONS, "s3Keys.revoke");
      const asked = { method: "DELETE", path: `${PATH}/${encodeURIComponent(id)}`, write: true } as const;
      await request(asked, options, jsonIn<{ data: object }>);
    },
  };
}
