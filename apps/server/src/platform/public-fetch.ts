import { lookup } from "node:dns/promises";
import { request as overHttp, type RequestOptions } from "node:http";
import { request as overHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { Readable } from "node:stream";
import { isPrivateAddress, OutgoingError, type PublicAnswer, type PublicFetch } from "@plinth/core";

/** What a name means, in the order in which its addresses are tried. */
export type Resolve = (name: string) => Promise<{ readonly address: string; readonly family: number }[]>;

const system: Resolve = (name) => lookup(name, { all: true });

/** `PublicFetch` by Node's own client, on Node, Bun and Deno. `isRefused` decides on each address that a name has. */
export function nodePublicFetch(resolve: Resolve = system, isRefused = isPrivateAddress): PublicFetch {
  /** The connection goes to one of the addresses that this hands over. */
  const checked: LookupFunction = (name, { all }, done) => {
    resolve(name).then(
      (found) => {
        if (found.some(({ address }) => isRefused(address))) return done(refusal(), "");
        const [first] = found;
        if (!first) return done(new Error("the name has no address"), "");
        return all ? done(null, found) : done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(error, ""),
    );
  };
  return (url, { signal, method = "GET", headers, body }) =>
    new Promise((answered, failed) => {
      const options: RequestOptions = {
        lookup: checked,
        signal,
        agent: false,
        method,
        headers: { accept: "*/*", "accept-encoding": "identity", ...headers, ...lengthOf(body) },
      };
      const request = (url.protocol === "https:" ? overHttps : overHttp)(url, options, (response) => {
        answered({
          status: response.statusCode ?? 0,
          headers: headersOf(response.headers),
          body: Readable.toWeb(response) as unknown as PublicAnswer["body"],
        });
      });
      request.on("error", (error) => failed(reasonIn(error)));
      request.end(body);
    });
}

/** Some runtimes send a body in chunks otherwise, which not every receiver takes. */
const lengthOf = (body: string | Uint8Array | undefined) =>
  body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };

const refusal = () => new OutgoingError("address", "must not lead to an address of a private network");

/** A client may pass the error of a lookup on as the cause of its own. */
function reasonIn(error: unknown): OutgoingError {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof OutgoingError) return cause;
  return new OutgoingError("unreachable", "cannot be reached", { cause: error });
}

function headersOf(found: NodeJS.Dict<string | string[]>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(found)) if (value !== undefined) headers.set(name, String(value));
  return headers;
}
