import { expect, test } from "bun:test";
import { causeWords, OutgoingError, outgoingCause, outgoingWords } from "../src/index.ts";

const coded = (code: string, cause?: unknown) => Object.assign(new Error("fetch failed", { cause }), { code });

test("why a server was not reached is known by the codes and sentences of each runtime", () => {
  const causes = [
    coded("ENOTFOUND"),
    new TypeError("fetch failed", { cause: coded("EAI_AGAIN") }),
    new TypeError("error sending request: client error (Connect): dns error: failed to lookup address information"),
    coded("ConnectionRefused"),
    new TypeError("fetch failed", { cause: new AggregateError([coded("ECONNREFUSED"), coded("ECONNREFUSED")]) }),
    new TypeError("client error (Connect): tcp connect error: Connection refused (os error 111)"),
    coded("ECONNRESET"),
    coded("CERT_HAS_EXPIRED"),
    coded("DEPTH_ZERO_SELF_SIGNED_CERT"),
    coded("ERR_TLS_CERT_ALTNAME_INVALID"),
    coded("EHOSTUNREACH"),
    new Error("internal error"),
    "no error",
  ];
  expect(causes.map(outgoingCause)).toEqual([
    ...(["name", "name", "name", "refused", "refused", "refused", "closed"] as const),
    ...(["certificate", "certificate", "certificate", "no_route", undefined, undefined] as const),
  ]);
});

test("what the client of this runtime throws is told apart, and words are for who has chosen the address alone", async () => {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = server;
  await server.stop(true);
  const refused: unknown = await fetch(`http://127.0.0.1:${port}`).catch((error: unknown) => error);
  expect(causeWords(refused)).toBe(": it refuses connections");
  const error = new OutgoingError("unreachable", "it cannot be reached", { cause: refused });
  expect([error.message, outgoingWords(error)]).toEqual([
    "it cannot be reached",
    "it cannot be reached: it refuses connections",
  ]);
  const inside = new OutgoingError("address", "must not lead to an address of a private network");
  expect(outgoingWords(inside)).toContain("PRIVATE_ADDRESSES");
  expect(outgoingWords(new OutgoingError("timeout", "it did not answer within 5 ms"))).toBe(
    "it did not answer within 5 ms",
  );
});
