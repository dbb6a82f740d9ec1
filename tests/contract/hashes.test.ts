import { expect, test } from "bun:test";
import type { Json } from "@plinth/core";
import { requireNoHashes } from "./hashes.ts";

const answering = (json: Json, headers: Record<string, string> = {}, path = "/api/users") => {
  const reply = { text: JSON.stringify(json), json, headers: new Headers(headers) };
  return () => requireNoHashes(path, reply);
};
const SHA_256 = "0f".repeat(32);
const PHC = `$scrypt$ln=15,r=8,p=3$${"a".repeat(22)}$${"b".repeat(86)}`;
const SCRYPT = `${"0f".repeat(16)}:${"ab".repeat(64)}`;

test.each<[string, () => void]>([
  ["a key of that name", answering({ hash: 1 })],
  ["one among other words, deep inside", answering({ data: [{ user: { password_hash: null } }] })],
  ["one in camelCase", answering({ data: { previousHash: "x" } })],
  ["a password's salt", answering({ salt: "x" })],
  ["a password as it is stored", answering({ data: { note: SCRYPT } })],
  ["one in the form of PHC strings", answering({ data: { note: PHC } })],
  ["one of the tests' hasher", answering({ data: [`test:${SHA_256}`] })],
  ["a key as it is stored", answering({ data: { seen: SHA_256 } })],
  ["one in a sentence", answering({ error: { message: `no row for (${SHA_256})` } })],
  ["one in a header", answering({}, { etag: `"${SHA_256}"` })],
])("a hash is found: %s", (_, ask) => {
  expect(ask).toThrow();
});

test.each<[string, () => void]>([
  ["the text that an S3 server has signed", answering(`<Error><StringToSign>${SHA_256}</StringToSign></Error>`)],
  ["a random token that makes the word", answering({ data: { token: "Xhash9salt_hash" } })],
  ["a word that holds it", answering({ hashtag: "x", basalt: "y" })],
  ["the signature of a URL", answering({ data: { url: `https://s3.example.com/a?X-Amz-Signature=${SHA_256}` } })],
  ["longer digits, such as of a signature", answering({ data: { signature: "0f".repeat(48) } })],
  ["the document's properties", answering({ properties: { hash: {} } }, {}, "/api/openapi.json")],
])("is none: %s", (_, ask) => {
  expect(ask).not.toThrow();
});
