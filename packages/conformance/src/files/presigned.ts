import type { PresignRequest } from "@plinth/core";
import { assert, equal } from "../assert.ts";
import type { Case } from "../case.ts";
import { bytesIn, textBytes } from "./content.ts";
import { type OpenStore, refusedAs, type StoreUnderTest, storeCase, unsupportedCall } from "./store-case.ts";

const READ: PresignRequest = { method: "GET", expiresInSeconds: 60 };
const EXPIRED_MS = 2500;

export function presignedCases(open: OpenStore): Case[] {
  const one = (name: string, run: (tested: StoreUnderTest) => Promise<void>) =>
    storeCase(open, name, async (tested) => {
      const { store, key } = tested;
      if (store.capabilities.presign) await run(tested);
      else await unsupportedCall(store.presign(key("a"), READ));
    });
  return [
    one("a URL reads its file and nothing else", async ({ store, key }) => {
      await store.put(key("a"), textBytes("hello"), { contentType: "text/html" });
      await store.put(key("b"), textBytes("secret"));
      const url = await store.presign(key("a"), {
        ...READ,
        answer: { contentType: "text/plain", contentDisposition: 'attachment; filename="a b.txt"' },
      });
      const response = await fetch(url, { headers: { range: "bytes=1-2" } });
      equal([response.status, await response.text()], [206, "el"], "status and text of a range");
      equal(response.headers.get("content-type"), "text/plain", "the content type of the answer");
      await forbidden(fetch(url.replace(key("a"), key("b"))));
      await forbidden(fetch(url, { method: "PUT", body: "x" }));
      await forbidden(fetch(url, { method: "DELETE" }));
      await forbidden(fetch(`${url}&response-cache-control=x`));
    }),
    one("a URL writes its file, with the headers that it is bound to", async ({ store, key }) => {
      const headers = { "content-type": "image/png", "content-length": "5" };
      const url = await store.presign(key("a"), { method: "PUT", expiresInSeconds: 60, headers });
      await forbidden(fetch(url, { method: "PUT", headers: { "content-type": "text/html" }, body: "12345" }));
      await forbidden(fetch(url, { method: "PUT", headers: { "content-type": "image/png" }, body: "123456" }));
      await forbidden(fetch(url));
      await refusedAs("not_found", store.head(key("a")));
      const sent = await fetch(url, { method: "PUT", headers: { "content-type": "image/png" }, body: "12345" });
      equal([sent.status, await sent.text()], [200, ""], "the answer");
      const file = await store.get(key("a"));
      equal(
        [file.contentType, new TextDecoder().decode(await bytesIn(file.stream))],
        ["image/png", "12345"],
        "the file",
      );
    }),
    one("a URL writes a part of an upload", async ({ store, key }) => {
      const upload = await store.upload(key("a"));
      const part = { uploadId: upload.id, number: 1 };
      const url = await store.presign(key("a"), { method: "PUT", expiresInSeconds: 60, part });
      const sent = await fetch(url, { method: "PUT", body: "hello" });
      equal(sent.status, 200, "the status");
      const etag = sent.headers.get("etag")?.replaceAll('"', "") ?? "";
      await sent.text();
      equal((await upload.complete([{ number: 1, etag }])).size, 5, "the size");
    }),
    one("a URL expires", async ({ store, key }) => {
      await store.put(key("a"), textBytes("hello"));
      const url = await store.presign(key("a"), { method: "GET", expiresInSeconds: 1 });
      await new Promise((resolve) => setTimeout(resolve, EXPIRED_MS));
      await forbidden(fetch(url));
    }),
    one("a URL for longer than seven days, or for what a method cannot do, is refused", async ({ store, key }) => {
      for (const expiresInSeconds of [0, 1.5, 604_801])
        await refusedAs("invalid", store.presign(key("a"), { method: "GET", expiresInSeconds }));
      await refusedAs("invalid", store.presign(key("a"), { ...READ, part: { uploadId: "x", number: 1 } }));
      await refusedAs("invalid", store.presign(key("a"), { ...READ, method: "PUT", answer: { contentType: "x" } }));
      const wrong: Record<string, string>[] = [{ "x-a": "1\r\nx-b: 2" }, { "x a": "1" }, { "x-ü": "1" }];
      for (const headers of wrong) await refusedAs("invalid", store.presign(key("a"), { ...READ, headers }));
    }),
  ];
}

async function forbidden(call: Promise<Response>): Promise<void> {
  const response = await call;
  await response.body?.cancel();
  assert([400, 401, 403].includes(response.status), `expected a refusal, got ${response.status}`);
}
