/** The ways by which a large file comes into a server and out of it. Each sends its bytes with curl, whose memory is its own. */
import { closeSync, ftruncateSync, openSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

export interface Server {
  readonly url: string;
  readonly key: string;
  /** An access key of S3. */
  readonly s3: { readonly id: string; readonly secret: string };
}

export interface Sent {
  readonly server: Server;
  /** For files of this run. */
  readonly folder: string;
  /** Bytes of the large file. */
  readonly size: number;
}

export interface Door {
  readonly name: string;
  /** It reads what `put` has stored. */
  readonly reads?: boolean;
  run(sent: Sent): Promise<void>;
}

const MIB = 1024 ** 2;
const S3_PART_BYTES = 64 * MIB;
const TUS = { "tus-resumable": "1.0.0", "content-type": "application/offset+octet-stream" };
/** The file that the doors which read are measured with. */
const STORED = "stored/large.bin";

export const DOORS: readonly Door[] = [
  {
    name: "PUT",
    run: async (sent) => {
      await curl(sent, [...put(large(sent)), at(sent, STORED)], plain(sent));
    },
  },
  {
    name: "form",
    run: async (sent) => {
      await curl(
        sent,
        ["-F", `file=@${large(sent)};filename=form.bin`, `${sent.server.url}/api/files/bench`],
        plain(sent),
      );
    },
  },
  { name: "tus PATCH", run: tusPatch },
  { name: "parts by URL", run: directParts },
  {
    name: "S3 PutObject",
    run: async (sent) => {
      await s3(sent, [...put(large(sent)), `${sent.server.url}/s3/bench/s3-put.bin`]);
    },
  },
  { name: "S3 multipart", run: s3Multipart },
  { name: "GET", reads: true, run: (sent) => get(sent, at(sent, STORED)) },
  {
    name: "GET of a range",
    reads: true,
    run: (sent) => get(sent, at(sent, STORED), { range: `bytes=${Math.floor(sent.size / 4)}-` }),
  },
  { name: "zip", reads: true, run: (sent) => get(sent, `${sent.server.url}/api/folders/bench/zip?prefix=stored`) },
  {
    name: "S3 GetObject",
    reads: true,
    run: async (sent) => {
      await s3(sent, ["-o", "/dev/null", `${sent.server.url}/s3/bench/${STORED}`]);
    },
  },
];

/** Files without blocks on the disk: their zeros are read as any other bytes. */
export function makeFiles(folder: string, size: number): void {
  for (const [name, bytes] of Object.entries({ large: size, part: S3_PART_BYTES })) {
    const file = openSync(join(folder, `${name}.bin`), "w");
    ftruncateSync(file, bytes);
    closeSync(file);
  }
}

async function tusPatch(sent: Sent): Promise<void> {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const metadata = `bucket ${base64("bench")},path ${base64("tus.bin")}`;
  const begun = await request(sent, "POST", "/api/tus", {
    "tus-resumable": "1.0.0",
    "upload-length": String(sent.size),
    "upload-metadata": metadata,
  });
  const url = new URL(begun.headers.get("location")!, `${sent.server.url}/api/`);
  await curl(sent, [...put(large(sent)), "-X", "PATCH", url.href], { ...plain(sent), ...TUS, "upload-offset": "0" });
}

interface DirectUpload {
  readonly data: { readonly id: string; readonly parts: readonly { readonly size: number; readonly url: string }[] };
}

async function directParts(sent: Sent): Promise<void> {
  const given = JSON.stringify({ bucket: "bench", path: "direct.bin", size: sent.size, in_parts: true });
  const begun = await request(sent, "POST", "/api/uploads", { "content-type": "application/json" }, given);
  const { data } = (await begun.json()) as DirectUpload;
  for (const { size, url } of data.parts) {
    const file = join(sent.folder, "direct.bin");
    const part = await open(file, "w");
    await part.truncate(size);
    await part.close();
    await curl(sent, [...put(file), url], {});
  }
  await request(sent, "POST", `/api/uploads/${data.id}/complete`);
}

async function s3Multipart(sent: Sent): Promise<void> {
  const object = `${sent.server.url}/s3/bench/s3-multipart.bin`;
  const begun = await s3(sent, ["-X", "POST", `${object}?uploads=`]);
  const upload = /<UploadId>([^<]+)</.exec(begun)![1];
  const tags: string[] = [];
  const headers = join(sent.folder, "headers.txt");
  for (let number = 1; number <= Math.max(1, sent.size / S3_PART_BYTES); number++) {
    const url = `${object}?partNumber=${number}&uploadId=${upload}`;
    await s3(sent, ["-D", headers, ...put(join(sent.folder, "part.bin")), url]);
    tags.push(/^etag: "?([^"\r\n]+)/im.exec(readFileSync(headers, "utf8"))![1]!);
  }
  const parts = tags.map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>"${tag}"</ETag></Part>`);
  const list = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
  const done = await s3(sent, ["--data-binary", list, `${object}?uploadId=${upload}`]);
  if (!done.includes("<ETag>")) throw new Error(`the object was not completed: ${done}`);
}

const large = ({ folder }: Sent): string => join(folder, "large.bin");
const at = ({ server }: Sent, path: string): string => `${server.url}/api/files/bench/${path}`;
const plain = ({ server }: Sent) => ({ "x-api-key": server.key });
const put = (file: string): string[] => ["-T", file];

async function get(sent: Sent, url: string, headers: Record<string, string> = {}): Promise<void> {
  await curl(sent, ["-o", "/dev/null", url], { ...plain(sent), ...headers });
}

function s3(sent: Sent, args: readonly string[]): Promise<string> {
  const { id, secret } = sent.server.s3;
  const signed = ["--aws-sigv4", "aws:amz:us-east-1:s3", "-u", `${id}:${secret}`];
  return curl(sent, [...signed, ...args], { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" });
}

/** What was answered. */
async function curl(_: Sent, args: readonly string[], headers: Record<string, string>): Promise<string> {
  const given = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const child = Bun.spawn(["curl", "-sS", "--fail-with-body", ...given, ...args], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const answer = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`curl ${args.join(" ")} failed: ${answer}`);
  return answer;
}

async function request(
  { server }: Sent,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Response> {
  const answer = await fetch(server.url + path, {
    method,
    headers: { "x-api-key": server.key, ...headers },
    ...(body !== undefined && { body }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}
