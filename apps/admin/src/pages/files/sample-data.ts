import type { FillSample } from "../../app/sample-data.ts";

/** A picture of one colour. */
const COVER = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="120"><rect width="160" height="120" fill="#3b6ea5"/></svg>`;

/** 40 × 20 pixels. */
const FLAG =
  "iVBORw0KGgoAAAANSUhEUgAAACgAAAAUCAIAAABwJOjsAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAM0lEQVRIie2VsQkAAAjD8v/T8QedhEDXUijaIKx1sHqxFkxV23HRO9GA0GQaJAiLPMHiAGDtHQ59EyJgAAAAAElFTkSuQmCC";

/** A bucket with pictures in folders, a text with versions, and a file in quarantine; an empty one; and items that refer to files. */
export const fillSample: FillSample = async (api) => {
  const image_presets = { thumb: { width: 48, height: 48 }, wide: { width: 80, format: "webp" } };
  const covers = {
    name: "covers",
    public: true,
    content_types: ["image/*", "text/*"],
    versions: true,
    from_urls: true,
  };
  await api("/buckets", { ...covers, image_presets });
  await api("/buckets", { name: "invoices" });
  const store = async (path: string, content: Blob): Promise<string> =>
    (await api(`/files/covers/${path}`, content, "PUT")).data.id;
  const picture = new Blob([COVER], { type: "image/svg+xml" });
  for (const title of ["atlas", "harbour", "lantern"]) await store(`2026/${title}.svg`, picture);
  const file = await store("read-me.txt", new Blob(["The covers of all books.\n"], { type: "text/plain" }));
  await store("read-me.txt", new Blob(["The covers of all our books.\n"], { type: "text/plain" }));
  await store("atlas.svg", picture);
  const flag = Uint8Array.from(atob(FLAG), (char) => char.charCodeAt(0));
  const cover = await store("flag.png", new Blob([flag], { type: "image/png" }));
  const odd = await store("odd.svg", picture);
  await api(`/items/files/${odd}`, { state: "quarantined" }, "PATCH");
  const fields = [
    { name: "title", type: "text" },
    { name: "cover", type: "file" },
    { name: "pictures", type: "files", bucket: "covers", note: "As the shop shows them" },
  ];
  await api("/collections", { slug: "albums", fields });
  const pictures = ["flag.png", "2026/atlas.svg", "2026/harbour.svg", "2026/lantern.svg", "read-me.txt"];
  const { data } = await api("/items/albums", { title: "Flags", cover, pictures });
  await api("/items/albums", [{ title: "Notes", cover: file, pictures: ["read-me.txt"] }, { title: "Empty" }]);
  return { bucket: "covers", file, album: data.id };
};
