import type { QuickjsEngine } from "./engine.ts";
import { type RealmImage, realmImage } from "./realm-image.ts";

/** What all runs begin with. It may go to another thread, which is ready in a part of the time then. */
export interface PreparedQuickjs {
  readonly module: WebAssembly.Module;
  readonly realm: RealmImage;
}

/** Prepares it when it is first needed, and then returns the same one. */
export function preparedBy(engine: QuickjsEngine): () => Promise<PreparedQuickjs> {
  let prepared: Promise<PreparedQuickjs> | undefined;
  const prepare = async (): Promise<PreparedQuickjs> => {
    const module = await engine();
    return { module, realm: await realmImage(module) };
  };
  return () =>
    (prepared ??= prepare().catch((error: unknown) => {
      prepared = undefined;
      throw error;
    }));
}
