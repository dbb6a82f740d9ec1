import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { bucket, file, onHostsWithFiles } from "../../fixtures/files.ts";
import { aUuid } from "../../match.ts";
import {
  type Call,
  created,
  del,
  type Expectation,
  get,
  INTERNALS,
  ok,
  post,
  refused,
  type Scenario,
  type Seen,
} from "../../scenario.ts";

const own = bucket("direct-files", {}, [{ action: "create", check: { bucket: { _eq: "direct-files" } } }]);
const [alice, bob] = [as.user("alice"), as.user("bob")];
const SHA256_OF_HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

interface Begun {
  readonly id: string;
  readonly parts: readonly { readonly url: string }[];
}

const begin = (path: string, more: JsonObject = {}): Call =>
  post("/api/uploads", { bucket: "direct-files", path, size: 5, content_type: "text/plain", ...more });
const begunIn = ({ replies }: Seen, n: number): Begun => (replies[n]!.json as unknown as { data: Begun }).data;
const upload = (seen: Seen, n: number, rest = ""): string => `/api/uploads/${begunIn(seen, n).id}${rest}`;

/** To the URL of the only part: that of the store, or of the server by whatever name it is called here. */
function send(seen: Seen, n: number, raw: string, change = (url: string) => url): Call {
  const { url } = begunIn(seen, n).parts[0]!;
  const { pathname, search } = new URL(url);
  return { method: "PUT", path: change(pathname.startsWith("/api/") ? pathname + search : url), raw };
}

const withAnotherSignature = (url: string): string => url.replace(/(signature)=[^&]+/i, `$1=${"0".repeat(64)}`);
/** The store's form of it is its own. */
const answered = (status: number): Expectation => ({ status, excludes: [], isForeign: true });

export const scenarios: Scenario[] = [
  {
    name: "files: a file whose bytes go by a URL is there when it is complete, under the same rules",
    skip: onHostsWithFiles,
    as: alice,
    needs: [own],
    request: begin("a.txt", { sha256: SHA256_OF_HELLO, if_absent: true }),
    expect: created({ data: { id: aUuid, size: 5, parts: [{ number: 1, size: 5, method: "PUT" }] } }),
    then: [
      { request: (seen) => post(upload(seen, 0, "/complete")), expect: refused(409, "CONFLICT", "parts") },
      {
        as: as.anonymous,
        request: (seen) => send(seen, 0, "hello", withAnotherSignature),
        expect: answered(403),
      },
      { as: as.anonymous, request: (seen) => send(seen, 0, "hello"), expect: answered(200) },
      { request: (seen) => get(upload(seen, 0)), expect: ok({ data: { parts: [] } }) },
      { as: bob, request: (seen) => get(upload(seen, 0)), expect: refused(404, "NOT_FOUND") },
      { as: bob, request: (seen) => post(upload(seen, 0, "/complete")), expect: refused(404, "NOT_FOUND") },
      { as: as.otherSecretKey, request: (seen) => get(upload(seen, 0)), expect: refused(404, "NOT_FOUND") },
      { request: (seen) => post(upload(seen, 0, "/complete")), expect: { ...created(), excludes: [...INTERNALS] } },
      {
        as: as.secretKey,
        request: get(file("direct-files/a.txt")),
        expect: { status: 200, contains: ["hello"], headers: { "content-type": "text/plain; charset=utf-8" } },
      },
      { request: begin("a.txt", { if_absent: true }), expect: refused(401, "UNAUTHORIZED"), as: as.anonymous },
      { request: begin("b.txt", { sha256: "0".repeat(64) }), expect: created() },
      { as: as.anonymous, request: (seen) => send(seen, 11, "hello"), expect: answered(200) },
      { request: (seen) => post(upload(seen, 11, "/complete")), expect: refused(422, "VALIDATION", "sha256") },
      { request: (seen) => get(upload(seen, 11)), expect: refused(404, "NOT_FOUND") },
      { request: begin("c.txt"), expect: created() },
      { request: (seen) => del(upload(seen, 15)), expect: ok({ data: { id: aUuid } }) },
      { request: (seen) => post(upload(seen, 15, "/complete")), expect: refused(404, "NOT_FOUND") },
    ],
  },
];
