import { FileStoreError } from "@plinth/core";
import type { S3Client } from "./s3-client.ts";
import { xmlChildren, xmlTextOf } from "./s3-xml.ts";

const MOST = 1000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export async function deleteFromS3(client: S3Client, keys: readonly string[]): Promise<void> {
  if (keys.length === 1) return deleteOne(client, keys[0]!);
  for (let at = 0; at < keys.length; at += MOST) await deleteMany(client, keys.slice(at, at + MOST));
}

async function deleteOne(client: S3Client, key: string): Promise<void> {
  await client.act({ method: "DELETE", key }).catch((error: unknown) => {
    if (!(error instanceof FileStoreError && error.kind === "not_found")) throw error;
  });
}

async function deleteMany(client: S3Client, keys: readonly string[]): Promise<void> {
  // No character of a key needs an entity.
  const objects = keys.map((key) => `<Object><Key>${key}</Key></Object>`).join("");
  const text = `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${objects}</Delete>`;
  const body = new TextEncoder().encode(text);
  const headers = { "content-type": "application/xml", "x-amz-checksum-sha256": await sha256Base64(body) };
  const answer = await client.read({ method: "POST", query: { delete: "" }, headers, body });
  const failed = xmlChildren(answer, "Error").find((one) => xmlTextOf(one, "Code") !== "NoSuchKey");
  if (failed) throw new FileStoreError("unavailable", `S3 did not delete a file: ${xmlTextOf(failed, "Code") ?? ""}`);
}

async function sha256Base64(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))));
}
