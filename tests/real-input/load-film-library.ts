/**
 * `PLINTH_URL=… PLINTH_KEY=… npm run bun -- tests/real-input/load-film-library.ts`: the films of `movies.json` as a collection,
 * their dates as dates, their directors and distributors as collections that they point to.
 */
import type { Json, JsonObject } from "@plinth/core";
import { definitions, directors, distributors, films, idOf, lists } from "./film-library.ts";

export type Send = (path: string, body: Json, method?: string) => Promise<unknown>;

export async function loadFilmLibrary(send: Send): Promise<void> {
  for (const definition of definitions) await send("/api/collections", definition);
  for (const [slug, patch] of lists) await send(`/api/collections/${slug}`, patch, "PATCH");
  const create = async (slug: string, rows: JsonObject[]): Promise<void> => {
    for (let from = 0; from < rows.length; from += 1000)
      await send(`/api/items/${slug}`, rows.slice(from, from + 1000));
  };
  const named = (kind: "director" | "distributor", names: string[]) =>
    names.map((name) => ({ id: idOf(kind, name), name }));
  await create("directors", named("director", directors));
  await create("distributors", named("distributor", distributors));
  await create(
    "films",
    films.map((film) => ({
      ...film,
      director: film.director && idOf("director", film.director),
      distributor: film.distributor && idOf("distributor", film.distributor),
    })),
  );
}

if (import.meta.main) {
  const { PLINTH_URL, PLINTH_KEY } = process.env;
  if (!PLINTH_URL || !PLINTH_KEY) throw new Error("Set PLINTH_URL and PLINTH_KEY.");
  await loadFilmLibrary(async (path, body, method = "POST") => {
    const headers = { "x-api-key": PLINTH_KEY, "content-type": "application/json" };
    const response = await fetch(PLINTH_URL + path, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path} gave ${response.status} ${await response.text()}`);
  });
  console.log(`${films.length} films, ${directors.length} directors, ${distributors.length} distributors`);
}
