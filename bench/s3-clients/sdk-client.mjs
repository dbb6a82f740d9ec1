/** `@aws-sdk/client-s3` with its defaults: `node sdk-client.mjs FOLDER URL BUCKET COMMAND FOLDER-OR-FILE`. FOLDER: where it is installed. Prints its version. */
import { createReadStream, createWriteStream, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";

const [installed, endpoint, Bucket, command, path] = process.argv.slice(2);
const NAME = "@aws-sdk/client-s3";
const require = createRequire(`${installed}/`);
const { S3Client, ...commands } = require(NAME);
const s3 = new S3Client({ endpoint, forcePathStyle: true });
const send = (name, input) => s3.send(new commands[`${name}Command`]({ Bucket, ...input }));
const PART = 16 * 1024 * 1024;
const AT_ONCE = 4;

/** Some at once. */
async function each(all, work) {
  const rest = all.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const one of rest) await work(one);
    }),
  );
}

const COMMANDS = {
  async "tree-up"() {
    await send("CreateBucket", {});
    const entries = readdirSync(path, { recursive: true, withFileTypes: true });
    const files = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    await each(files, (file) =>
      send("PutObject", {
        Key: `tree/${relative(path, file)}`,
        Body: createReadStream(file),
        ContentLength: statSync(file).size,
      }),
    );
  },
  async "tree-down"() {
    const keys = [];
    for await (const page of commands.paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: "tree/" }))
      keys.push(...page.Contents.map(({ Key }) => Key));
    await each(keys, async (Key) => {
      const file = join(path, Key.slice("tree/".length));
      mkdirSync(dirname(file), { recursive: true });
      await pipeline((await send("GetObject", { Key })).Body, createWriteStream(file));
    });
  },
  async "large-up"() {
    const Key = "large.bin";
    const { UploadId } = await send("CreateMultipartUpload", { Key });
    const { size } = statSync(path);
    const numbers = Array.from({ length: Math.ceil(size / PART) }, (_, i) => i + 1);
    const Parts = [];
    const file = await open(path);
    await each(numbers, async (PartNumber) => {
      const from = (PartNumber - 1) * PART;
      const Body = Buffer.alloc(Math.min(PART, size - from));
      await file.read(Body, 0, Body.length, from);
      const { ETag, ChecksumCRC32 } = await send("UploadPart", { Key, UploadId, PartNumber, Body });
      Parts.push({ PartNumber, ETag, ChecksumCRC32 });
    });
    await file.close();
    Parts.sort((a, b) => a.PartNumber - b.PartNumber);
    await send("CompleteMultipartUpload", { Key, UploadId, MultipartUpload: { Parts } });
  },
  async "large-down"() {
    await pipeline((await send("GetObject", { Key: "large.bin" })).Body, createWriteStream(path));
  },
};

await COMMANDS[command]();
const { version } = JSON.parse(readFileSync(join(installed, "node_modules", NAME, "package.json"), "utf8"));
console.log(`${NAME} ${version}`);
