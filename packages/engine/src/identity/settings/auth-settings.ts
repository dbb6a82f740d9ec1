import { invalid, type SqlDriver, type SqlQuery } from "@plinth/core";
import {
  type AuthSettingRow,
  deleteAuthSetting,
  listAuthSettingRows,
  mustBeSet,
  shortenSessions,
  upsertAuthSetting,
} from "@plinth/db";
import { commit } from "../../commit/commit.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";
import { TtlCache } from "../../kernel/ttl-cache.ts";
import * as z from "../../kernel/zod.ts";
import { recentChanges } from "../identity-changes.ts";
import { recordOf } from "../security-events.ts";
import { encryptedSetting, MAX_SECRET, SECRET_MASK } from "./secrets.ts";
import type { SettingsSection } from "./section.ts";
import { ADMITTING, SECTIONS } from "./sections.ts";

/** A change counts at once here, and after this time on other servers. */
const FRESH_MS = 1500;
const MAX_WORKSPACES = 1000;
const HOUR_MS = 3_600_000;

type Sections = typeof SECTIONS;
type SectionName = keyof Sections;

export type AuthSettings = { readonly [Name in SectionName]: z.output<Sections[Name]["schema"]> };

const NAMES = Object.keys(SECTIONS) as SectionName[];

/** The settings that a request changes; null: the default counts again. */
export const changeAuthSettingsSchema = z.whenUsed(() =>
  z.strictObject(Object.fromEntries(NAMES.map((name) => [name, changeOf(SECTIONS[name].schema.shape)]))),
) as z.ZodType<AuthSettingsChange>;

/** The first of the changed sections that decide who comes in. */
export function admittingSection(change: AuthSettingsChange): string | undefined {
  return ADMITTING.find((name) => change[name] !== undefined);
}

export type AuthSettingsChange = { readonly [Name in SectionName]?: Readonly<Record<string, unknown>> | undefined };

function changeOf(shape: Readonly<Record<string, z.ZodType>>): z.ZodType {
  const settings = Object.entries(shape).map(([name, value]) => [name, value.nullable().optional()]);
  return z.strictObject(Object.fromEntries(settings)).optional();
}

const cached = service(
  "auth settings",
  ({ clock }: Engine) => new TtlCache<AuthSettings>({ clock, ttl: FRESH_MS, maxEntries: MAX_WORKSPACES }),
);

/** What counts in a workspace. */
export async function authSettingsOf(engine: Engine, driver: SqlDriver, workspaceId: string): Promise<AuthSettings> {
  const found = await cached(engine).get(workspaceId, driver.lifetime === "process", async () => ({
    value: settingsFrom(engine, await listAuthSettingRows(driver, workspaceId)),
  }));
  return found!;
}

/** What counts of one section, as it is stored now. */
export async function readSection<Name extends SectionName>(
  engine: Engine,
  driver: SqlDriver,
  workspaceId: string,
  name: Name,
): Promise<AuthSettings[Name]> {
  return sectionFrom(engine, await listAuthSettingRows(driver, workspaceId, name), name);
}

/** Who may sign up, as it is stored now, and a statement that fails its batch under a label where that has changed. */
export async function signUpMode(
  engine: Engine,
  driver: SqlDriver,
  workspaceId: string,
): Promise<{ mode: AuthSettings["sign_up"]["mode"]; stored: (label: string) => SqlQuery }> {
  const at = { workspaceId, section: "sign_up", name: "mode" } as const;
  const rows = await listAuthSettingRows(driver, workspaceId, at.section);
  const own = rows.find(({ name }) => name === at.name)?.value ?? null;
  return {
    mode: sectionFrom(engine, rows, at.section).mode,
    stored: (label) => mustBeSet(driver, at, own, label),
  };
}

export async function showAuthSettings({ engine, driver, principal }: RequestContext): Promise<AuthSettings> {
  return masked(await authSettingsOf(engine, driver, principal.workspaceId));
}

export async function changeAuthSettings(ctx: RequestContext, change: AuthSettingsChange): Promise<AuthSettings> {
  const { engine, driver, principal, now } = ctx;
  const { workspaceId } = principal;
  const changes = await Promise.all(
    NAMES.flatMap((section) =>
      Object.entries(change[section] ?? {})
        .filter(([name, value]) => !(value === SECRET_MASK && isSecret(section, name)))
        .map(async ([name, value]) => {
          const at = { workspaceId, section, name };
          return { ...at, value: isSecret(section, name) ? await encrypted(engine, at, value) : value };
        }),
    ),
  );
  const before = await listAuthSettingRows(driver, workspaceId);
  const rows = new Map(before.map((row) => [keyOf(row), row]));
  const queries = changes.map(({ value, ...at }) => {
    rows.delete(keyOf(at));
    if (value === null) return deleteAuthSetting(driver, at);
    const row = { ...at, value: JSON.stringify(value), updatedAt: new Date(now) };
    rows.set(keyOf(row), row);
    return upsertAuthSetting(driver, row);
  });
  const data = settingsFrom(engine, [...rows.values()]);
  for (const section of NAMES) {
    const changed = change[section];
    if (!changed) continue;
    requirePossible(engine, data, section);
    await (SECTIONS[section] as SettingsSection<z.ZodRawShape>).checkChange?.(ctx, changed);
  }
  if (queries.length === 0) return masked(data);
  if (change.sessions) queries.push(...shortenSessions(driver, workspaceId, data.sessions.max_hours * HOUR_MS, now));
  const settings = changes.map(keyOf);
  const record = recordOf(ctx, {
    type: "auth_settings_change",
    target: `workspace:${workspaceId}`,
    detail: { settings },
  });
  try {
    return await commit(ctx, { queries: [...queries, record], data: masked(data) });
  } finally {
    cached(engine).forget(workspaceId);
    if (change.tokens) recentChanges(engine).expire();
  }
}

function requirePossible<Name extends SectionName>(engine: Engine, settings: AuthSettings, name: Name): void {
  const section = SECTIONS[name] as SettingsSection<z.ZodRawShape>;
  section.check?.(engine, settings[name]);
}

function isSecret(section: SectionName, name: string): boolean {
  return (SECTIONS[section] as SettingsSection<z.ZodRawShape>).secrets?.includes(name) ?? false;
}

async function encrypted(engine: Engine, at: Pick<AuthSettingRow, "workspaceId" | "section" | "name">, value: unknown) {
  if (typeof value !== "string") return value;
  if (value.length > MAX_SECRET) throw invalid(keyOf(at), `must have at most ${MAX_SECRET} characters`);
  return encryptedSetting(engine, at, value);
}

function masked(settings: AuthSettings): AuthSettings {
  const sections = NAMES.map((section) => {
    const shown = Object.entries(settings[section]).map(([name, value]) => [
      name,
      value !== null && isSecret(section, name) ? SECRET_MASK : value,
    ]);
    return [section, Object.fromEntries(shown)];
  });
  return Object.fromEntries(sections) as AuthSettings;
}

const keyOf = ({ section, name }: Pick<AuthSettingRow, "section" | "name">): string => `${section}.${name}`;

function settingsFrom(engine: Engine, rows: readonly AuthSettingRow[]): AuthSettings {
  return Object.fromEntries(NAMES.map((name) => [name, sectionFrom(engine, rows, name)])) as AuthSettings;
}

/** A stored value that the program does not know any more has no effect. */
function sectionFrom<Name extends SectionName>(
  engine: Engine,
  rows: readonly AuthSettingRow[],
  section: Name,
): AuthSettings[Name] {
  const { schema, defaults } = SECTIONS[section];
  const settings: Record<string, unknown> = { ...defaults(engine.config) };
  const shape: Readonly<Record<string, z.ZodType>> = schema.shape;
  for (const { name, value } of rows.filter((row) => row.section === section)) {
    const known = shape[name]?.safeParse(JSON.parse(value));
    if (known?.success) settings[name] = known.data;
  }
  return settings as AuthSettings[Name];
}
