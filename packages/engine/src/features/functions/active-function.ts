import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { Lru } from "../../kernel/lru.ts";
import { service } from "../../kernel/services.ts";
import { noSuchFunction } from "./deploy.ts";
import { findFunction, findVersion, listSecretRowsNamed, type SecretRow } from "./repository.ts";
import { type FunctionSettings, storedSettings } from "./settings.ts";

/** What is deployed as one version. It never changes. */
interface DeployedVersion {
  readonly source: string;
  readonly sourceMap: string | null;
  readonly settings: FunctionSettings;
}

/** The version of a function that answers. */
export interface ActiveFunction extends DeployedVersion {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly secrets: readonly SecretRow[];
}

/** Characters of sources and source maps. */
const MOST_KEPT = 4 * 1024 ** 2;
const sizeOf = ({ source, sourceMap }: DeployedVersion): number => source.length + (sourceMap?.length ?? 0);

/** Those that have run lately. */
const keptVersions = service(
  "versions of functions",
  (_: Engine) => new Lru<string, DeployedVersion>(MOST_KEPT, sizeOf),
);

export async function activeFunction(
  { driver, engine, principal }: RequestContext,
  name: string,
): Promise<ActiveFunction> {
  const { workspaceId } = principal;
  const [row, secrets] = await Promise.all([
    findFunction(driver, workspaceId, name),
    listSecretRowsNamed(driver, workspaceId, name),
  ]);
  if (!row) throw noSuchFunction();
  const { id, activeVersion: version } = row;
  const kept = keptVersions(engine);
  const key = versionName({ id, version });
  let active = kept.get(key);
  if (!active) {
    const found = await findVersion(driver, id, version);
    // It has been deleted in this moment.
    if (!found) throw noSuchFunction();
    const { source, sourceMap, settings } = found;
    active = { source, sourceMap, settings: storedSettings(settings) };
    kept.set(key, active);
  }
  // Between the two reads another function may have got the name.
  return { ...active, id, name, version, secrets: secrets.filter(({ functionId }) => functionId === id) };
}

/** No other function has a version of this name. */
export const versionName = ({ id, version }: Pick<ActiveFunction, "id" | "version">): string => `${id} ${version}`;
