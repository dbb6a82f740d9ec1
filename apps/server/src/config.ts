import type { Config, Env } from "@plinth/core";
import type * as z from "zod";
import { runsHere } from "./config-address.ts";
import { checkAi } from "./config-ai.ts";
import { checkFiles, checkS3Domain } from "./config-files.ts";
import { checkMail, type ProviderForm } from "./config-mail.ts";
import { checkSms } from "./config-sms.ts";
import { misspellings } from "./config-spelling.ts";
import { type DatabaseForm, embeddedUrl, listForms, readDatabaseUrl, redactUrl } from "./database-url.ts";
import type { Setting } from "./setting.ts";
import { SETTINGS, type SettingName } from "./settings.ts";
import { LONG_SECRET } from "./settings-server.ts";

/** What a host adds to the settings. */
export interface HostDefaults {
  /** The kinds of database that the host can open. */
  databases: readonly DatabaseForm[];
  /** The kinds of mail provider that the host can reach. */
  mailers: readonly ProviderForm[];
  /** Without DATABASE_URL: this kind in DATA_DIR. `binding`: it may stay unset. */
  fallback?: DatabaseForm | "binding";
  /** The folder for files, where the host has a disk that lasts. */
  filesFolder?: (dataDir: string) => string;
  /** The secret stored beside an embedded database; called once all other settings are valid. */
  keptSecret?: (dataDir: string) => string;
  /** Where requests for other hosts never arrive: `*`. */
  allowedHosts?: readonly string[];
  /** The public address, if the host knows it. */
  appUrl?: string;
}

/** All errors in the settings, one line each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly problems: readonly string[]) {
    super(
      `${problems.length === 1 ? "A setting is" : "Some settings are"} wrong:\n${problems.map((p) => `  ${p}`).join("\n")}`,
    );
  }
}

/** Reads the settings of one instance; throws one `ConfigError` that lists all errors. */
export function parseConfig(env: Env, host: HostDefaults): Config {
  const problems: string[] = [];
  const read = <N extends SettingName>(name: N): z.output<(typeof SETTINGS)[N]["parse"]> | undefined => {
    const setting: Setting = SETTINGS[name];
    // An empty variable counts as unset: shells and control panels cannot distinguish them.
    const text = env[name]?.trim() || setting.default;
    if (text === undefined) return undefined;
    const result = setting.parse.safeParse(text);
    if (result.success) return result.data as z.output<(typeof SETTINGS)[N]["parse"]>;
    problems.push(`${name} is ${setting.show?.(text) ?? `"${text}"`}; ${result.error.issues[0]!.message}.`);
    return undefined;
  };

  const settings = {
    port: read("PORT")!,
    host: read("HOST")!,
    dataDir: read("DATA_DIR")!,
    databaseUrl: read("DATABASE_URL"),
    databaseWaitSeconds: read("DATABASE_WAIT_SECONDS")!,
    sqliteSynchronous: read("SQLITE_SYNCHRONOUS")!,
    neonEndpoint: read("NEON_ENDPOINT"),
    appUrl: read("APP_URL"),
    secret: read("PLINTH_SECRET"),
    corsOrigins: read("CORS_ORIGINS") ?? [],
    allowedHosts: read("ALLOWED_HOSTS") ?? host.allowedHosts ?? [],
    admin: read("ADMIN")!,
    sqlConsole: read("SQL_CONSOLE")!,
    trustedFunctions: read("TRUSTED_FUNCTIONS")!,
    sending: read("SENDING")!,
    workspaceDomain: read("WORKSPACE_DOMAIN"),
    s3Domain: read("S3_DOMAIN"),
    signUp: read("SIGN_UP")!,
    signUpDomains: read("SIGN_UP_DOMAINS") ?? [],
    passwordHashing: read("PASSWORD_HASHING")!,
    passwordMinLength: read("PASSWORD_MIN_LENGTH")!,
    refuseCommonPasswords: read("COMMON_PASSWORDS")!,
    sessionIdleHours: read("SESSION_IDLE_HOURS")!,
    sessionMaxHours: read("SESSION_MAX_HOURS")!,
    stepUpMinutes: read("STEP_UP_MINUTES")!,
    secondFactorReset: read("SECOND_FACTOR_RESET"),
    securityLogKeepDays: read("SECURITY_LOG_KEEP_DAYS")!,
    workspaceGraceDays: read("WORKSPACE_GRACE_DAYS")!,
    emailVerification: read("EMAIL_VERIFICATION")!,
    mailUrl: read("MAIL_URL"),
    mailFrom: read("MAIL_FROM"),
    smsUrl: read("SMS_URL"),
    privateAddresses: read("PRIVATE_ADDRESSES")!,
    captchaVerifyUrl: read("CAPTCHA_VERIFY_URL"),
    operatorProviders: read("OPERATOR_PROVIDERS") ?? [],
    redirectUrls: read("REDIRECT_URLS") ?? [],
    maxBodyBytes: read("MAX_BODY_BYTES")!,
    bodyTimeoutMs: read("BODY_TIMEOUT_MS")!,
    maxLimit: read("MAX_LIMIT")!,
    maxScan: read("MAX_SCAN")!,
    maxAnswerBytes: read("MAX_ANSWER_BYTES")!,
    statementTimeoutMs: read("STATEMENT_TIMEOUT_MS")!,
    schemaTimeoutMs: read("SCHEMA_TIMEOUT_MS")!,
    readThreads: read("READ_THREADS"),
    maxStreams: read("MAX_STREAMS")!,
    maxCallerStreams: read("MAX_CALLER_STREAMS")!,
    maxWaiting: read("MAX_WAITING")!,
    maxInFlight: read("MAX_IN_FLIGHT")!,
    changesKeepHours: read("CHANGES_KEEP_HOURS")!,
    changesKeepRows: read("CHANGES_KEEP_ROWS")!,
    idempotencyKeepHours: read("IDEMPOTENCY_KEEP_HOURS")!,
    runsKeepDays: read("RUNS_KEEP_DAYS")!,
    runsKeepCount: read("RUNS_KEEP_COUNT")!,
    filesMaxBytes: read("FILES_MAX_BYTES"),
    filesMaxCount: read("FILES_MAX_COUNT"),
    filesKeepDeletedHours: read("FILES_KEEP_DELETED_HOURS")!,
    imagesMaxPixels: read("IMAGES_MAX_PIXELS")!,
    imagesMaxBytes: read("IMAGES_MAX_BYTES")!,
    imagesAtOnce: read("IMAGES_AT_ONCE")!,
    socketsPollSeconds: read("SOCKETS_POLL_SECONDS")!,
    redisUrl: read("REDIS_URL"),
    authRateLimit: read("AUTH_RATE_LIMIT")!,
    trustProxy: read("TRUST_PROXY")!,
    logLevel: read("LOG_LEVEL")!,
  };
  const filePlace = {
    FILES_DIR: read("FILES_DIR"),
    S3_BUCKET: read("S3_BUCKET"),
    S3_REGION: read("S3_REGION"),
    S3_ENDPOINT: read("S3_ENDPOINT"),
    S3_ACCESS_KEY_ID: read("S3_ACCESS_KEY_ID"),
    S3_SECRET_ACCESS_KEY: read("S3_SECRET_ACCESS_KEY"),
    S3_FORCE_PATH_STYLE: read("S3_FORCE_PATH_STYLE"),
  };
  const aiSettings = {
    AI_URL: read("AI_URL"),
    AI_KEY: read("AI_KEY"),
    AI_CHAT_MODELS: read("AI_CHAT_MODELS"),
    AI_EMBEDDING_MODELS: read("AI_EMBEDDING_MODELS"),
    AI_TOKENS_A_DAY: read("AI_TOKENS_A_DAY")!,
  };
  if (typeof host.fallback === "object") settings.databaseUrl ??= embeddedUrl(host.fallback, settings.dataDir);
  const embedded = checkDatabase(settings.databaseUrl, settings.dataDir, host, problems);
  const keptSecret = embedded ? host.keptSecret : undefined;
  if (!env.PLINTH_SECRET?.trim() && !keptSecret)
    problems.push(`PLINTH_SECRET is not set, but this host requires it: ${LONG_SECRET}.`);
  const onHost = host.appUrl !== undefined;
  if (settings.passwordHashing === "test" && !runsHere({ ...settings, onHost }))
    problems.push("PASSWORD_HASHING is test; that is only for a server whose APP_URL is this machine.");
  const mail = checkMail({ ...settings, onHost }, host.mailers, problems);
  const sms = checkSms({ ...settings, onHost }, problems);
  const files = checkFiles(filePlace, host.filesFolder?.(settings.dataDir), problems);
  const ai = checkAi(aiSettings, problems);
  checkS3Domain({ ...settings, appUrl: settings.appUrl ?? host.appUrl ?? "http://localhost" }, problems);
  if (problems.length > 0) throw new ConfigError(problems);

  const {
    databaseUrl,
    neonEndpoint,
    redisUrl,
    readThreads,
    workspaceDomain,
    s3Domain,
    mailUrl: _,
    smsUrl: __,
    captchaVerifyUrl,
    filesMaxBytes,
    filesMaxCount,
    ...rest
  } = settings;
  return {
    ...rest,
    ...mail,
    ...sms,
    ...(files && { files }),
    ...(ai && { ai }),
    appUrl: settings.appUrl ?? host.appUrl ?? listenUrl(settings.host, settings.port),
    ...(settings.appUrl === undefined && onHost && { appUrlIsGuessed: true }),
    secret: settings.secret ?? keptSecret!(settings.dataDir),
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(neonEndpoint !== undefined && { neonEndpoint }),
    ...(redisUrl !== undefined && { redisUrl }),
    ...(readThreads !== undefined && { readThreads }),
    ...(workspaceDomain !== undefined && { workspaceDomain }),
    ...(s3Domain !== undefined && { s3Domain }),
    ...(captchaVerifyUrl !== undefined && { captchaVerifyUrl }),
    ...(filesMaxBytes !== undefined && { filesMaxBytes }),
    ...(filesMaxCount !== undefined && { filesMaxCount }),
  };
}

/** The address at which a listening server is reachable; for a wildcard address, the loopback name. */
export function listenUrl(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

const UNSAFE_HASHES = "PASSWORD_HASHING is test: anyone who reads the database learns the passwords.";

/** Warnings to print at the start although the settings are valid. */
export function configWarnings(env: Env): string[] {
  const hashing = env.PASSWORD_HASHING?.trim() === "test" ? [UNSAFE_HASHES] : [];
  return [...hashing, ...misspellings(env, Object.keys(SETTINGS))];
}

/** Adds errors of the database setting to `problems`; returns whether it is embedded, if known. */
function checkDatabase(
  url: string | undefined,
  dataDir: string,
  host: HostDefaults,
  problems: string[],
): boolean | undefined {
  if (url === undefined) {
    if (host.fallback !== "binding") {
      problems.push(`DATABASE_URL is not set, but this host requires it: ${listForms(host.databases)}.`);
    }
    return false;
  }
  const target = readDatabaseUrl(url, dataDir, host.databases);
  if (typeof target === "string") {
    problems.push(`DATABASE_URL is ${redactUrl(url)}; ${target}.`);
    return undefined;
  }
  return target.form.embedded !== undefined;
}
