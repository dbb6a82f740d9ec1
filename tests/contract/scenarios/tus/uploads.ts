import { as } from "../../as.ts";
import { bucket, file, onHostsWithFiles } from "../../fixtures/files.ts";
import { aUuid } from "../../match.ts";
import {
  type Call,
  created,
  dataOf,
  get,
  INTERNALS,
  ok,
  refused,
  type Scenario,
  type Seen,
  withHeaders,
} from "../../scenario.ts";

const MIB = 1024 * 1024;
const VERSION = { "tus-resumable": "1.0.0" };
/** Of more than one block of the server, so that a store receives parts. */
const LARGE = 8 * MIB + 10;

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const metadata = (entries: Record<string, string>): string =>
  Object.entries(entries)
    .map(([key, value]) => `${key} ${base64(value)}`)
    .join(",");

function begin(entries: Record<string, string>, headers: Record<string, string>, raw?: Call["raw"]): Call {
  return {
    method: "POST",
    path: "/api/tus",
    headers: {
      ...VERSION,
      "upload-metadata": metadata({ bucket: "films", ...entries }),
      ...(raw !== undefined && { "content-type": "application/offset+octet-stream" }),
      ...headers,
    },
    ...(raw !== undefined && { raw }),
  };
}

const at = ({ replies }: Seen, n = 0): string => `/api/tus/${dataOf(replies[n], "id")}`;

function send(seen: Seen, offset: number, raw: NonNullable<Call["raw"]>, headers: Record<string, string> = {}): Call {
  return {
    method: "PATCH",
    path: at(seen),
    raw,
    headers: {
      ...VERSION,
      "content-type": "application/offset+octet-stream",
      "upload-offset": String(offset),
      ...headers,
    },
  };
}

const ask = (seen: Seen): Call => withHeaders(get(at(seen)), VERSION);
const end = (seen: Seen): Call => ({ method: "DELETE", path: at(seen), headers: VERSION });
const accepted = (offset: number) => ({
  status: 204,
  headers: { "upload-offset": String(offset), "tus-resumable": "1.0.0" },
});
const nothing = refused(404, "NOT_FOUND");

export const scenarios: Scenario[] = [
  {
    name: "tus: an upload goes on where it was left, and its last byte makes the file",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [bucket("films", { max_bytes: 16 * MIB })],
    request: begin({ path: "a/größe.txt", filetype: "text/plain", place: "Rom" }, { "upload-defer-length": "1" }, "01"),
    expect: {
      ...created({ data: { id: aUuid, bucket: "films", size: null, received: 2, file: null } }),
      headers: { location: /^tus\/[0-9a-f-]{36}$/, "upload-offset": "2", "upload-expires": /GMT$/ },
    },
    then: [
      { as: as.anonymous, request: ask, expect: nothing },
      { as: as.otherSecretKey, request: ask, expect: nothing },
      { request: (seen) => send(seen, 1, "x"), expect: refused(409, "CONFLICT", "upload-offset") },
      {
        request: (seen) => send(seen, 2, "23", { "upload-checksum": "crc32 AAAAAA==" }),
        expect: refused(460, "CHECKSUM_MISMATCH"),
      },
      { request: (seen) => send(seen, 2, "23", { "upload-checksum": "crc32 E3knmA==" }), expect: accepted(4) },
      {
        request: (seen) => send(seen, 4, "45", { "upload-checksum": "sha1 1DWmzdeGMA3/IE7nwu+ULT6QNOI=" }),
        expect: refused(460, "CHECKSUM_MISMATCH"),
      },
      {
        request: (seen) => ({ ...ask(seen), method: "HEAD" }),
        expect: {
          status: 200,
          headers: { "upload-offset": "4", "upload-defer-length": "1", "cache-control": "no-store" },
        },
      },
      { request: get(file("films/a/größe.txt")), expect: nothing },
      { request: (seen) => send(seen, 4, "45", { "upload-length": "6" }), expect: accepted(6) },
      { request: ask, expect: ok({ data: { size: 6, received: 6, file: aUuid } }) },
      { request: get(file("films/a/größe.txt")), expect: { status: 200, contains: ["012345"], excludes: INTERNALS } },
      {
        request: get("/api/items/files", { filter: { path: "a/größe.txt" } }),
        expect: ok({ data: [{ size: 6, content_type: "text/plain", metadata: { place: "Rom" } }] }),
      },
      { request: end, expect: nothing },
    ],
  },
  {
    name: "tus: what is longer than a block goes to the store in parts",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [bucket("films", { max_bytes: 16 * MIB })],
    request: begin({ path: "large.bin" }, { "upload-length": String(LARGE) }, new Uint8Array(LARGE - 4)),
    expect: { ...created(), headers: { "upload-offset": String(LARGE - 4) } },
    then: [
      { request: (seen) => send(seen, LARGE - 4, "12345"), expect: refused(413, "BODY_TOO_LARGE") },
      { request: (seen) => send(seen, LARGE - 4, "1234"), expect: accepted(LARGE) },
      {
        request: withHeaders(get(file("films/large.bin")), { range: "bytes=-6" }),
        expect: {
          status: 206,
          contains: ["\0\u00001234"],
          headers: { "content-range": `bytes 8388612-8388617/${LARGE}` },
        },
      },
    ],
  },
  {
    name: "tus: the rules decide, and what is wrong with a request is said",
    skip: onHostsWithFiles,
    as: as.user("alice"),
    needs: [
      bucket("films", { max_bytes: 16 * MIB }),
      bucket("drafts", { max_bytes: 3 }, [{ action: "create", check: { bucket: "drafts" } }]),
    ],
    request: begin({ path: "x" }, { "upload-length": "1" }),
    expect: { ...refused(403, "FORBIDDEN"), headers: { "tus-resumable": "1.0.0" } },
    then: [
      {
        as: as.anonymous,
        request: begin({ bucket: "drafts", path: "x" }, { "upload-length": "1" }),
        expect: refused(401, "UNAUTHORIZED"),
      },
      {
        request: begin({ bucket: "drafts", path: "x" }, { "upload-length": "4" }),
        expect: refused(413, "BODY_TOO_LARGE"),
      },
      {
        request: begin({ bucket: "drafts", filename: "y", folder: "alice" }, { "upload-length": "3" }),
        expect: created(),
      },
      { request: (seen) => send({ ...seen, replies: seen.replies.slice(3) }, 0, "123"), expect: accepted(3) },
      ...[
        [begin({ path: "../x" }, { "upload-length": "1" }), 422, "VALIDATION", "path"],
        [begin({ bucket: "drafts" }, { "upload-length": "1" }), 422, "VALIDATION", "upload-metadata"],
        [begin({ bucket: "drafts", path: "x" }, {}), 422, "VALIDATION", "upload-length"],
        [begin({ bucket: "drafts", path: "x" }, { "upload-length": "-1" }), 422, "VALIDATION", "upload-length"],
        [
          begin({ bucket: "drafts", path: "x" }, { "upload-length": "1", "tus-resumable": "0.2" }),
          412,
          "PRECONDITION_FAILED",
          "tus-resumable",
        ],
        [
          begin({ bucket: "drafts", path: "x" }, { "upload-concat": "final;/api/tus/x" }),
          422,
          "VALIDATION",
          "upload-concat",
        ],
      ].map(([request, status, code, field]) => ({
        request: request as Call,
        expect: refused(status as number, code as "VALIDATION", field as string),
      })),
    ],
  },
];
