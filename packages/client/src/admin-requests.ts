import type { Client } from "./client.ts";
import { jsonIn } from "./index.ts";
import {
  type ItemRequest,
  REQUEST_OPTIONS,
  type RequestOptions,
  WRITE_OPTIONS,
  type WriteOptions,
} from "./items/request.ts";
import { requireKnown } from "./known-options.ts";
import type { Page } from "./page.ts";
import { type PartOptions, partRequester } from "./part-requester.ts";

/** The requests of one part of the API, whose errors name the method that was called. */
export function adminRequests(client: Pick<Client, "request">, options: PartOptions, part: string, root: string) {
  const request = partRequester(client, options, part);
  async function ask<T>(asked: Omit<ItemRequest, "write">, options: RequestOptions, method: string): Promise<T> {
    requireKnown(options, REQUEST_OPTIONS, `${part}.${method}`);
    return (await request(asked, options, jsonIn<{ data: T }>)).data;
  }
  return {
    /** The path of a thing by its id, or of what belongs to it. */
    at: (...parts: readonly string[]) => [root, ...parts.map(encodeURIComponent)].join("/"),
    read: <T>(path: string, options: RequestOptions, method: string): Promise<T> =>
      ask<T>({ method: "GET", path }, options, method),
    /** What changes nothing, and has a body. */
    ask,
    async page<T>(
      path: string,
      query: ItemRequest["query"],
      options: RequestOptions,
      method: string,
    ): Promise<Page<T>> {
      requireKnown(options, REQUEST_OPTIONS, `${part}.${method}`);
      return request({ method: "GET", path, query: query! }, options, jsonIn<Page<T>>);
    },
    async write<T>(asked: Omit<ItemRequest, "write">, options: WriteOptions, method: string): Promise<T> {
      requireKnown(options, WRITE_OPTIONS, `${part}.${method}`);
      return (await request({ ...asked, write: true }, options, jsonIn<{ data: T }>)).data;
    },
  };
}
