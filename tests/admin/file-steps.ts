import type { Page } from "playwright-core";
import type { AdminServer } from "./harness.ts";

/** What tests of files share. */

/** A picture of one pixel. */
export const DOT = new Blob(
  [
    Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    ),
  ],
  { type: "image/png" },
);
export interface Chosen {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export const text = (name: string, content: string): Chosen => ({
  name,
  mimeType: "text/plain",
  buffer: Buffer.from(content),
});
export const upload = (page: Page, ...files: Chosen[]) => page.getByLabel("Files to upload").setInputFiles(files);
export async function makeBucket({ send }: AdminServer, name: string, settings: object = {}): Promise<void> {
  await send("/api/operator/buckets", { name, ...settings });
}

/** Pieces of uploads wait until `release`; `asked`: the methods of all requests for uploads. */
export async function holdPieces(page: Page): Promise<{ readonly asked: string[]; readonly release: () => void }> {
  const asked: string[] = [];
  let open = (): void => {};
  const held = new Promise<void>((resolve) => (open = resolve));
  await page.route("**/tus**", async (route) => {
    asked.push(route.request().method());
    if (route.request().method() === "PATCH") await held;
    await route.continue().catch(() => {});
  });
  return {
    asked,
    release: open,
  };
}

/** Its id. */
export async function storeFile({ send }: AdminServer, path: string, content: Blob): Promise<string> {
  return (await send<{ data: { id: string } }>(`/api/operator/files/${path}`, content, "PUT")).data.id;
}

export async function contentOf({ baseUrl, send }: AdminServer, path: string): Promise<string> {
  const { data } = await send<{ data: { key: string } }>("/api/operator/keys", { kind: "secret", name: path });
  return (await fetch(`${baseUrl}/api/files/${path}`, { headers: { "x-api-key": data.key } })).text();
}
