/** What clients send to a server that is killed now and then. */
import { type S3Call, type S3Keys, signedRequest } from "../../../apps/server/src/testing/s3-client.ts";
import type { Asked, KillableServer } from "./server.ts";

export const BUCKET = "plain";
/** It keeps versions. */
export const VERSIONED = "kept";

/** With a secret key, and a key of S3. */
export class Client {
  readonly server: KillableServer;
  readonly #key: string;
  readonly #s3: S3Keys;
  /** What a door keeps between its steps, such as the address of an upload. */
  note = "";

  constructor(server: KillableServer, { key, s3 }: { readonly key: string; readonly s3: S3Keys }) {
    this.server = server;
    this.#key = key;
    this.#s3 = s3;
  }

  async ask(path: string, { headers, ...asked }: Asked = {}): Promise<Response> {
    return this.server.ask(path, { ...asked, headers: { "x-api-key": this.#key, ...headers } });
  }

  /** Throws where it is refused. */
  async must(path: string, asked: Asked = {}): Promise<Response> {
    return succeeded(path, await this.ask(path, asked));
  }

  async json(path: string, body?: object, method = "POST"): Promise<{ readonly [name: string]: unknown }> {
    const headers = { "content-type": "application/json" };
    const answer = await this.must(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return ((await answer.json()) as { data: { readonly [name: string]: unknown } }).data;
  }

  put(path: string, body: Asked["body"], bucket = BUCKET): Promise<Response> {
    const contentType = typeof body === "string" ? "text/plain" : "image/png";
    return this.must(addressOf(path, bucket), { method: "PUT", body, headers: { "content-type": contentType } });
  }

  async s3(path: string, call: S3Call): Promise<string> {
    const { url, init } = await signedRequest(this.#s3, `/s3/${BUCKET}/${path}`, {
      ...call,
      at: Date.now() + this.server.ahead,
    });
    const { pathname, search } = new URL(url);
    const { method, headers, body } = init as Asked;
    const answer = await this.server.ask(pathname + search, { method, headers, body } as Asked);
    const succeeds = await succeeded(path, answer);
    return `${succeeds.headers.get("etag")} ${await succeeds.text()}`;
  }

  async tus(path: string, asked: Asked = {}): Promise<Response> {
    return this.must(path, {
      ...asked,
      headers: { "tus-resumable": "1.0.0", "content-type": "application/offset+octet-stream", ...asked.headers },
    });
  }
}

export const addressOf = (path: string, bucket = BUCKET) => `/api/files/${bucket}/${path}`;

export async function succeeded(path: string, answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
}
