import { adminRequests } from "../admin-requests.ts";
import type { Client } from "../client.ts";
import type { RequestOptions, WriteOptions } from "../items/request.ts";
import { type Page, type PageOptions, pageQuery } from "../page.ts";
import type { PartOptions } from "../part-requester.ts";
import type {
  DeliveryListFilter,
  NewWebhook,
  PreviewedWebhook,
  ReplayChoice,
  RotatedSecret,
  StoredDelivery,
  StoredWebhook,
  WebhookContent,
  WebhookPreview,
  WebhookWithSecret,
  WholeDelivery,
} from "./types.ts";

/** Where changes of the workspace are sent, for administrators. */
export interface Webhooks {
  list(page?: PageOptions, options?: RequestOptions): Promise<Page<StoredWebhook>>;
  get(id: string, options?: RequestOptions): Promise<StoredWebhook>;
  /**
   * The only answer with the secret.
   *
   * @example
   * const { secret } = await webhooks(client).create({ name: "Search", url: "https://example.com/plinth", events: ["posts.*"] });
   */
  create(webhook: NewWebhook, options?: WriteOptions): Promise<WebhookWithSecret>;
  /** Changes what is given; `{ enabled: true }` enables one again that the server has disabled. */
  update(id: string, changes: Partial<WebhookContent>, options?: WriteOptions): Promise<StoredWebhook>;
  /** With its deliveries. */
  delete(id: string, options?: WriteOptions): Promise<void>;
  /** Makes a new secret, beside which the older ones sign for `overlap_hours`, a day unless given. */
  rotate(id: string, overlap?: { readonly overlap_hours?: number }, options?: WriteOptions): Promise<RotatedSecret>;
  /**
   * What a webhook would send of the last change that fits. Nothing is sent or stored.
   *
   * @example
   * const { body } = await webhooks(client).preview({ events: ["posts.*"], template: { title: "{{ data.after.title }}" } });
   */
  preview(webhook: PreviewedWebhook, options?: RequestOptions): Promise<WebhookPreview>;
  /** Sends a message at once, and returns what came of it. */
  test(id: string, options?: WriteOptions): Promise<WholeDelivery>;
  /** Sends messages again, under their ids. Returns how many. */
  replay(id: string, which: ReplayChoice, options?: WriteOptions): Promise<number>;
  /** A page of what was sent and what waits, the newest first. */
  deliveries(id: string, filter?: DeliveryListFilter, options?: RequestOptions): Promise<Page<StoredDelivery>>;
  delivery(id: string, delivery: string, options?: RequestOptions): Promise<WholeDelivery>;
}

const PATH = "api/webhooks";
const DELIVERY_FILTERS = ["state", "type", "item", "since", "until"] as const;

/**
 * The webhooks of the client's workspace, with the credentials of the client.
 *
 * @example
 * const { data } = await webhooks(client).deliveries(id, { state: "failed" });
 */
export function webhooks(client: Pick<Client, "request">, options: PartOptions = {}): Webhooks {
  const { ask, at, page, read, write } = adminRequests(client, options, "webhooks", PATH);
  return {
    list: async (query = {}, options = {}) => page(PATH, pageQuery(query, "webhooks.list"), options, "list"),
    get: async (id, options = {}) => read(at(id), options, "get"),
    create: async (body, options = {}) => write({ method: "POST", path: PATH, body }, options, "create"),
    update: async (id, body, options = {}) => write({ method: "PATCH", path: at(id), body }, options, "update"),
    async delete(id, options = {}) {
      await write({ method: "DELETE", path: at(id) }, options, "delete");
    },
    rotate: async (id, body = {}, options = {}) =>
      write({ method: "POST", path: at(id, "rotate"), body }, options, "rotate"),
    preview: async (body, options = {}) => ask({ method: "POST", path: `${PATH}/preview`, body }, options, "preview"),
    test: async (id, options = {}) => write({ method: "POST", path: at(id, "test") }, options, "test"),
    async replay(id, body, options = {}) {
      const asked = { method: "POST", path: at(id, "replay"), body } as const;
      return (await write<{ replayed: number }>(asked, options, "replay")).replayed;
    },
    deliveries: async (id, filter = {}, options = {}) => {
      const query = pageQuery(filter, "webhooks.deliveries", DELIVERY_FILTERS);
      return page(at(id, "deliveries"), query, options, "deliveries");
    },
    delivery: async (id, delivery, options = {}) => read(at(id, "deliveries", delivery), options, "delivery"),
  };
}
