import { file, head, upload } from "../fixtures/files.ts";
import { type Call, del, get, post, withHeaders } from "../scenario.ts";
import { type Door, doors, OPENS, type SoughtFile } from "./door.ts";

const raw = ({ bucket, path }: SoughtFile, query?: Call["query"]): Call => get(file(`${bucket}/${path}`), query);
const withHeader = (name: string, value: (file: SoughtFile) => string) => (sought: SoughtFile) =>
  withHeaders(raw(sought), { [name]: value(sought) });
const tag = ({ content }: SoughtFile): string => `"${content}"`;
const TUS = { "tus-resumable": "1.0.0" };
const base64 = (text: string): string => btoa(text);

/** A form with one file. */
const form = (folder: string): Pick<Call, "raw" | "headers"> => ({
  raw: `--b\r\ncontent-disposition: form-data; name="folder"\r\n\r\n${folder}\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="x.txt"\r\n\r\nx\r\n--b--\r\n`,
  headers: { "content-type": "multipart/form-data; boundary=b" },
});

function tusPost({ bucket, path }: SoughtFile, headers: Record<string, string>): Call {
  const metadata = `bucket ${base64(bucket)},path ${base64(path)}`;
  return { method: "POST", path: "/api/tus", headers: { ...TUS, "upload-metadata": metadata, ...headers } };
}

const tusCall =
  (method: string, headers: Record<string, string> = {}) =>
  ({ tus }: SoughtFile): Call => ({ method, path: `/api/tus/${tus}`, headers: { ...TUS, ...headers } });
const CHUNK = { "upload-offset": "0", "content-type": "application/offset+octet-stream" };
const PATCH = { "x-http-method-override": "PATCH", ...CHUNK };

export const FILE_DOORS: readonly Door[] = [
  ...doors(
    "GET /api/files/:bucket/:path+",
    {
      "the bytes": (sought) => raw(sought),
      "a link to save it": (sought) => raw(sought, { disposition: "attachment" }),
      HEAD: ({ bucket, path }) => head(`${bucket}/${path}`),
      "a range": withHeader("range", () => "bytes=0-3"),
      "several ranges": withHeader("range", () => "bytes=0-1,4-5"),
      "a range beyond its end, which would tell its size": withHeader("range", () => "bytes=9999-"),
      "If-None-Match with its tag": withHeader("if-none-match", tag),
      "If-None-Match with any tag": withHeader("if-none-match", () => "*"),
      "If-Match with its tag": withHeader("if-match", tag),
      "If-Modified-Since": withHeader("if-modified-since", () => new Date(Date.now() + 1e9).toUTCString()),
      "If-Range with its tag": (sought) => withHeaders(raw(sought), { "if-range": tag(sought), range: "bytes=0-3" }),
      "the version of its bytes": (sought) => raw(sought, { version: sought.content }),
    },
    OPENS,
  ),
  ...doors("GET /api/files/:bucket/:path+", {
    "If-Match with another tag, which would be 412": withHeader("if-match", () => '"other"'),
    "its path in another Unicode form": ({ bucket, path }) => get(file(`${bucket}/${path.replace("e", "e%CC%81")}`)),
    "a preset of a picture": ({ bucket, picture }) => get(file(`${bucket}/${picture}`), { preset: "thumb" }),
    "a picture of a size of one's own": ({ bucket, picture }) => get(file(`${bucket}/${picture}`), { width: 9 }),
    "a text as a picture, which would be 415": (sought) => raw(sought, { preset: "thumb" }),
    "a made-up signature": (sought) => raw(sought, { expires: "9999999999", signature: "x" }),
  }),
  ...doors("PUT /api/files/:bucket/:path+", {
    "another file in its place": ({ bucket, path }) => upload(`${bucket}/${path}`, "x"),
    "If-Match with its tag": (sought) =>
      upload(`${sought.bucket}/${sought.path}`, "x", { "if-match": tag(sought), "x-file-sha256": sought.sha256 }),
    "If-None-Match": ({ bucket, path }) => upload(`${bucket}/${path}`, "x", { "if-none-match": "*" }),
  }),
  ...doors("DELETE /api/files/:bucket/:path+", {
    "the file": ({ bucket, path }) => del(file(`${bucket}/${path}`)),
    "its folder": ({ bucket, folder }) => del(file(`${bucket}/${folder}`), { tree: "true" }),
    "a version": ({ bucket, path, content }) => del(file(`${bucket}/${path}`), { version: content }),
    "with a condition": (sought) =>
      withHeaders(del(file(`${sought.bucket}/${sought.path}`)), { "if-match": '"other"' }),
  }),
  ...doors("POST /api/files/:bucket", {
    "a form": ({ bucket, folder }) => ({ method: "POST", path: file(bucket), ...form(folder) }),
  }),
  ...doors("POST /api/files/fetch", {
    "from this server itself": ({ bucket, path }) =>
      post("/api/files/fetch", { url: `http://127.0.0.1/api/files/${bucket}/${path}`, bucket, path: "open/copy.txt" }),
    "over it": ({ bucket, path }) => post("/api/files/fetch", { url: "http://127.0.0.1/x", bucket, path }),
  }),
  ...doors("POST /api/files/move", {
    "to where it is readable": ({ bucket, path }) =>
      post("/api/files/move", { bucket, from: path, to: "open/mine.txt" }),
    "its folder": ({ bucket, folder }) => post("/api/files/move", { bucket, from: folder, to: "open/all", tree: true }),
    "a file onto it": ({ bucket, path }) => post("/api/files/move", { bucket, from: "open/bob.txt", to: path }),
  }),
  ...doors(
    "GET /api/file-versions/:bucket/:path+",
    { "its versions": ({ bucket, path }) => get(`/api/file-versions/${bucket}/${path}`) },
    OPENS,
  ),
  ...doors("POST /api/files/restore", {
    "its bytes again": ({ bucket, path, content }) => post("/api/files/restore", { bucket, path, version: content }),
    "its bytes in another file": ({ bucket, content }) =>
      post("/api/files/restore", { bucket, path: "open/bob.txt", version: content }),
  }),
  ...doors(
    "POST /api/files/sign",
    { "a URL": ({ bucket, path }) => post("/api/files/sign", { bucket, path, expires_in: 600 }) },
    OPENS,
  ),
  ...doors(
    "GET /api/folders/:bucket",
    {
      "its folder": ({ bucket, folder }) => get(`/api/folders/${bucket}`, { prefix: folder }),
    },
    OPENS,
  ),
  ...doors(
    "GET /api/folders/:bucket/zip",
    { "its folder": ({ bucket, folder }) => get(`/api/folders/${bucket}/zip`, { prefix: folder }) },
    OPENS,
  ),
  ...doors("POST /api/uploads", {
    "its path": ({ bucket, path }) => post("/api/uploads", { bucket, path, size: 1, if_absent: true }),
  }),
  ...doors("GET /api/uploads/:id", { "an upload": ({ upload: id }) => get(`/api/uploads/${id}`) }, OPENS),
  ...doors("PUT /api/uploads/:id/parts", {
    "bytes of an upload": ({ upload: id }) => ({
      ...{ method: "PUT", path: `/api/uploads/${id}/parts`, query: { number: "1" }, raw: "x" },
    }),
  }),
  ...doors("POST /api/uploads/:id/complete", {
    "its end": ({ upload: id }) => post(`/api/uploads/${id}/complete`),
  }),
  ...doors("DELETE /api/uploads/:id", { "an upload": ({ upload: id }) => del(`/api/uploads/${id}`) }),
  ...doors("POST /api/tus", {
    "its path": (sought) => tusPost(sought, { "upload-length": "1" }),
    "another's piece": (sought) =>
      tusPost({ ...sought, path: "open/joined.txt" }, { "upload-concat": `final;/api/tus/${sought.tus}` }),
  }),
  ...doors("GET /api/tus/:id", { "an upload": tusCall("GET"), HEAD: tusCall("HEAD") }, OPENS),
  ...doors("PATCH /api/tus/:id", {
    "bytes of an upload": (sought) => ({ ...tusCall("PATCH", CHUNK)(sought), raw: "x" }),
  }),
  ...doors("POST /api/tus/:id", {
    "bytes of an upload": (sought) => ({ ...tusCall("POST", PATCH)(sought), raw: "x" }),
  }),
  ...doors("DELETE /api/tus/:id", { "an upload": tusCall("DELETE") }),
];
