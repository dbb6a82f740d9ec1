/** What clients do with files, by each door. In each, a server is killed at one step after the other. */
import { addressOf, BUCKET, type Client, succeeded, VERSIONED } from "./client.ts";

/** A picture of one pixel. */
const PNG = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
  (character) => character.charCodeAt(0),
);

export interface Door {
  readonly name: string;
  /** Before the server may be killed. */
  readonly before?: (client: Client, path: string) => Promise<void>;
  readonly work: (client: Client, path: string) => Promise<void>;
  /** What the file may be afterwards; undefined: it is not there. */
  readonly leaves: readonly (string | undefined)[];
  readonly bucket?: string;
  /** Of files beside it, by what follows its path: what all of them may be together. */
  readonly beside?: readonly Readonly<Record<string, string | undefined>>[];
  /** What a client does when the server is there again. Then the file is whole. */
  readonly goOn?: (client: Client, path: string) => Promise<void>;
}

const MIB = 1024 ** 2;
const LARGE = "0123456789abcdef".repeat((8 * MIB) / 16);
const FIRST_PART = LARGE.slice(0, 5 * MIB);

const metadataOf = (path: string) => `bucket ${btoa(BUCKET)},path ${btoa(path)},filetype ${btoa("text/plain")}`;

async function beginTus(client: Client, path: string, headers: Record<string, string>): Promise<string> {
  const begun = await client.tus("/api/tus", {
    method: "POST",
    headers: { "content-type": "", "upload-metadata": metadataOf(path), ...headers },
  });
  return new URL(begun.headers.get("location")!, "http://x/api/tus").pathname;
}

const patch = (client: Client, at: string, offset: number, body: string) =>
  client.tus(at, { method: "PATCH", body, headers: { "upload-offset": String(offset) } });

/** From where the server says. */
async function continueTus(client: Client, path: string, whole: string): Promise<void> {
  if (client.note === "") client.note = await beginTus(client, path, { "upload-length": String(whole.length) });
  const head = await client.tus(client.note, { method: "HEAD" });
  const offset = Number(head.headers.get("upload-offset"));
  if (offset < whole.length) await patch(client, client.note, offset, whole.slice(offset));
}

const tusDoor = (name: string, first: string, rest: string): Door => ({
  name,
  async work(client, path) {
    client.note = "";
    client.note = await beginTus(client, path, { "upload-length": String(first.length + rest.length) });
    await patch(client, client.note, 0, first);
    if (rest !== "") await patch(client, client.note, first.length, rest);
  },
  leaves: [undefined, first + rest],
  goOn: (client, path) => continueTus(client, path, first + rest),
});

async function beginS3(client: Client, path: string): Promise<string> {
  const begun = await client.s3(`${path}?uploads=`, { method: "POST", headers: { "content-type": "text/plain" } });
  return /<UploadId>([^<]+)/.exec(begun)![1]!;
}

export const DOORS: readonly Door[] = [
  { name: "put", work: async (client, path) => void (await client.put(path, "new")), leaves: [undefined, "new"] },
  {
    name: "replace",
    before: async (client, path) => void (await client.put(path, "old")),
    work: async (client, path) => void (await client.put(path, "new")),
    leaves: ["old", "new"],
  },
  {
    name: "delete",
    before: async (client, path) => void (await client.put(path, "old")),
    work: async (client, path) => void (await client.must(addressOf(path), { method: "DELETE" })),
    leaves: ["old", undefined],
  },
  {
    name: "form",
    async work(client, path) {
      const [folder, name] = path.split("/");
      const field = (head: string, text: string) => `--b\r\ncontent-disposition: form-data; ${head}\r\n\r\n${text}\r\n`;
      const body = `${field('name="folder"', folder!)}${field(`name="file"; filename="${name}"`, "new")}--b--\r\n`;
      const headers = { "content-type": "multipart/form-data; boundary=b" };
      await client.must(`/api/files/${BUCKET}`, { method: "POST", body, headers });
    },
    leaves: [undefined, "new"],
  },
  {
    name: "from a URL",
    work: async (client, path) =>
      void (await client.json("/api/files/fetch", { bucket: BUCKET, path, url: "https://example.com/new.txt" })),
    leaves: [undefined, "new"],
  },
  tusDoor("tus", "new", ""),
  tusDoor("tus in two requests", "ne", "w"),
  tusDoor("tus in blocks", LARGE, "end"),
  {
    name: "tus in pieces",
    async work(client, path) {
      client.note = "";
      const pieces: string[] = [];
      for (const text of ["ne", "w"]) {
        const partial = { "upload-concat": "partial", "upload-length": String(text.length) };
        pieces.push(await beginTus(client, path, partial));
        await patch(client, pieces.at(-1)!, 0, text);
      }
      client.note = pieces.join(" ");
      await beginTus(client, path, { "upload-concat": `final;${client.note}` });
    },
    leaves: [undefined, "new"],
    async goOn(client, path) {
      if (client.note !== "") await beginTus(client, path, { "upload-concat": `final;${client.note}` });
      else await client.put(path, "new");
    },
  },
  {
    name: "direct",
    async work(client, path) {
      const begun = await client.json("/api/uploads", { bucket: BUCKET, path, size: 3, content_type: "text/plain" });
      const [{ url }] = begun.parts as [{ url: string }];
      const { origin, pathname, search } = new URL(url);
      // To the server itself, or to the store.
      if (pathname.startsWith("/api/")) {
        await client.server.ask(pathname + search, { method: "PUT", body: "new" }).then((one) => succeeded(url, one));
      } else await fetch(origin + pathname + search, { method: "PUT", body: "new" }).then((one) => succeeded(url, one));
      await client.json(`/api/uploads/${begun.id}/complete`);
    },
    leaves: [undefined, "new"],
  },
  {
    name: "S3 upload in parts",
    async work(client, path) {
      const id = await beginS3(client, path);
      const parts: string[] = [];
      for (const [i, body] of [FIRST_PART, "end"].entries()) {
        const answer = await client.s3(`${path}?partNumber=${i + 1}&uploadId=${id}`, { method: "PUT", body });
        parts.push(`<Part><PartNumber>${i + 1}</PartNumber><ETag>${answer.split(" ")[0]}</ETag></Part>`);
      }
      const body = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
      await client.s3(`${path}?uploadId=${id}`, { method: "POST", body });
    },
    leaves: [undefined, `${FIRST_PART}end`],
  },
  {
    name: "copy",
    before: async (client, path) => void (await client.put(`${path}-from`, "new")),
    work: async (client, path) =>
      void (await client.s3(path, { method: "PUT", headers: { "x-amz-copy-source": `/${BUCKET}/${path}-from` } })),
    leaves: [undefined, "new"],
  },
  {
    name: "restore a version",
    bucket: VERSIONED,
    async before(client, path) {
      const first = (await (await client.put(path, "old", VERSIONED)).json()) as { data: { content: string } };
      client.note = first.data.content;
      await client.put(path, "new", VERSIONED);
    },
    work: async (client, path) =>
      void (await client.json("/api/files/restore", { bucket: VERSIONED, path, version: client.note })),
    leaves: ["old", "new"],
  },
  {
    name: "delete a version",
    bucket: VERSIONED,
    async before(client, path) {
      const first = (await (await client.put(path, "old", VERSIONED)).json()) as { data: { content: string } };
      client.note = first.data.content;
      await client.put(path, "new", VERSIONED);
    },
    work: async (client, path) =>
      void (await client.must(`${addressOf(path, VERSIONED)}?version=${client.note}`, { method: "DELETE" })),
    leaves: ["new"],
  },
  {
    name: "move a folder",
    async before(client, path) {
      for (const name of ["a", "b"]) await client.put(`${path}-from/${name}`, name);
    },
    work: async (client, path) =>
      void (await client.json("/api/files/move", { bucket: BUCKET, from: `${path}-from`, to: path, tree: true })),
    leaves: [undefined],
    beside: [
      { "-from/a": "a", "-from/b": "b", "/a": undefined, "/b": undefined },
      { "-from/a": undefined, "-from/b": undefined, "/a": "a", "/b": "b" },
    ],
  },
  {
    name: "delete a folder",
    async before(client, path) {
      for (const name of ["a", "b"]) await client.put(`${path}/${name}`, name);
    },
    work: async (client, path) => void (await client.must(`${addressOf(path)}?tree=true`, { method: "DELETE" })),
    leaves: [undefined],
    beside: [
      { "/a": "a", "/b": "b" },
      { "/a": undefined, "/b": undefined },
    ],
  },
  {
    name: "delete objects of S3",
    async before(client, path) {
      for (const name of ["a", "b"]) await client.put(`${path}/${name}`, name);
    },
    async work(client, path) {
      const objects = ["a", "b"].map((name) => `<Object><Key>${path}/${name}</Key></Object>`).join("");
      await client.s3("?delete=", { method: "POST", body: `<Delete>${objects}</Delete>` });
    },
    leaves: [undefined],
    // S3 promises nothing about all of them together.
    beside: ["a", undefined].flatMap((a) => ["b", undefined].map((b) => ({ "/a": a, "/b": b }))),
  },
  {
    name: "delete a bucket",
    async before(client, path) {
      client.note = `gone-${path.replace("/", "-")}`;
      await client.json("/api/buckets", { name: client.note, versions: true });
      for (const text of ["old", "new"]) await client.put("a", text, client.note);
      await client.must(addressOf("a", client.note), { method: "DELETE" });
    },
    work: async (client) => void (await client.must(`/api/buckets/${client.note}`, { method: "DELETE" })),
    leaves: [undefined],
  },
  {
    name: "image",
    before: async (client, path) => void (await client.put(`${path}-picture`, PNG)),
    work: async (client, path) =>
      void (await (await client.must(`${addressOf(`${path}-picture`)}?width=1&format=png`)).arrayBuffer()),
    leaves: [undefined],
  },
  {
    name: "check with mending",
    async before(client) {
      // What a killed server has left.
      await client.server.passes(25 * 3_600_000);
    },
    async work(client) {
      for (let cursor: unknown = ""; cursor !== null; ) {
        const asked = { fix: true, ...(cursor !== "" && { cursor }) };
        cursor = (await client.json("/api/files/check", asked)).next_cursor;
      }
    },
    leaves: [undefined],
  },
  {
    name: "sweep",
    async before(client, path) {
      for (const text of ["old", "new"]) await client.put(path, text);
      await client.put(`${path}-gone`, "gone");
      await client.must(`/api/files/${BUCKET}/${path}-gone`, { method: "DELETE" });
      const at = await beginTus(client, `${path}-left`, { "upload-length": "9" });
      await patch(client, at, 0, "left");
      // What was deleted is kept for a day, and uploads wait as long.
      await client.server.passes(25 * 3_600_000);
    },
    async work(client) {
      await succeeded("sweep", await client.server.ask("/sweep", { method: "POST" }));
    },
    leaves: ["new"],
  },
];
