import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import type { Env } from "@plinth/core";
import { ConfigError, configWarnings, type HostDefaults, parseConfig } from "./config.ts";
import { NEON, REMOTE_DATABASES } from "./platform/databases.ts";
import { HTTP_MAILERS } from "./platform/mailers.ts";
import { SERVER_DATABASES, SQLITE } from "./platform/server/database.ts";
import { ALL_MAILERS } from "./platform/smtp.ts";
import { SETTINGS } from "./settings.ts";

const secret = "s".repeat(32);
const server: HostDefaults = {
  databases: SERVER_DATABASES,
  mailers: ALL_MAILERS,
  fallback: SQLITE,
  keptSecret: () => "kept".repeat(10),
};

const binding: HostDefaults = { databases: REMOTE_DATABASES, mailers: HTTP_MAILERS, fallback: "binding" };

function problems(env: Env, host: HostDefaults = server): readonly string[] {
  try {
    parseConfig(env, host);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("defaults", () => {
  test("of a server", () => {
    expect(parseConfig({}, server)).toEqual({
      port: 8787,
      host: "127.0.0.1",
      dataDir: "./.data",
      databaseUrl: "sqlite://./.data/plinth.db",
      databaseWaitSeconds: 60,
      sqliteSynchronous: "full",
      appUrl: "http://127.0.0.1:8787",
      secret: "kept".repeat(10),
      corsOrigins: [],
      allowedHosts: [],
      admin: true,
      sqlConsole: "read",
      trustedFunctions: "off",
      sending: "on",
      signUp: "open",
      signUpDomains: [],
      passwordHashing: "scrypt",
      passwordMinLength: 8,
      refuseCommonPasswords: true,
      sessionIdleHours: 168,
      sessionMaxHours: 2160,
      stepUpMinutes: 15,
      securityLogKeepDays: 365,
      workspaceGraceDays: 7,
      emailVerification: "optional",
      mailUrl: "console:",
      mailFrom: { address: "plinth@localhost", name: "Plinth" },
      smsUrl: "console:",
      privateAddresses: false,
      operatorProviders: [],
      redirectUrls: [],
      maxBodyBytes: 1_048_576,
      bodyTimeoutMs: 30_000,
      maxLimit: 1000,
      maxScan: 1_000_000,
      maxAnswerBytes: 8_388_608,
      statementTimeoutMs: 30_000,
      schemaTimeoutMs: 600_000,
      maxStreams: 20_000,
      maxCallerStreams: 2000,
      maxWaiting: 256,
      maxInFlight: 10_000,
      changesKeepHours: 168,
      changesKeepRows: 1_000_000,
      idempotencyKeepHours: 24,
      runsKeepDays: 7,
      runsKeepCount: 1000,
      filesKeepDeletedHours: 24,
      imagesMaxPixels: 50_000_000,
      imagesMaxBytes: 33_554_432,
      imagesAtOnce: 2,
      socketsPollSeconds: 30,
      authRateLimit: 20,
      trustProxy: 0,
      logLevel: "info",
    });
  });

  test("a variable set to nothing counts as not set", () => {
    expect(parseConfig({ PORT: "", PLINTH_SECRET: " ", DATABASE_URL: "" }, server)).toEqual(parseConfig({}, server));
  });

  test("the public address follows host and port", () => {
    expect(parseConfig({ HOST: "0.0.0.0", PORT: "80" }, server).appUrl).toBe("http://localhost:80");
    expect(parseConfig({ HOST: "::1" }, server).appUrl).toBe("http://[::1]:8787");
    expect(parseConfig({ APP_URL: "https://api.example.com/" }, server).appUrl).toBe("https://api.example.com");
    // A serverless host knows where the first request went.
    const reached = { ...binding, appUrl: "https://acme.example.com" };
    expect(parseConfig({ PLINTH_SECRET: secret }, reached)).toMatchObject({
      appUrl: "https://acme.example.com",
      appUrlIsGuessed: true,
    });
    const set = parseConfig({ PLINTH_SECRET: secret, APP_URL: "https://api.example.com" }, reached);
    expect([set.appUrl, set.appUrlIsGuessed]).toEqual(["https://api.example.com", undefined]);
  });

  test("a binding stands in for DATABASE_URL, and then the secret is required", () => {
    expect(parseConfig({ PLINTH_SECRET: secret }, binding)).not.toHaveProperty("databaseUrl");
    expect(problems({}, binding)).toEqual([expect.stringContaining("PLINTH_SECRET is not set")]);
  });

  test("the kept secret is only made once all else is right", () => {
    const host = { ...server, keptSecret: () => expect.unreachable("made too early") };
    expect(problems({ PORT: "x" }, host)).toHaveLength(1);
    expect(parseConfig({ PLINTH_SECRET: secret }, host).secret).toBe(secret);
  });
});

describe("wrong settings", () => {
  test("are listed all at once, in plain words", () => {
    const wrong = { PORT: "70000", LOG_LEVEL: "loud", MAX_LIMIT: "1e3", HOST: "a b", APP_URL: "example.com" };
    expect(problems(wrong)).toEqual([
      'PORT is "70000"; it must be a whole number from 0 to 65535.',
      'HOST is "a b"; it must be an IP address or a host name, without a port.',
      'APP_URL is "example.com"; it must be an address such as https://api.example.com, without a path.',
      'MAX_LIMIT is "1e3"; it must be a whole number from 1 to 100000.',
      'LOG_LEVEL is "loud"; it must be debug, info, warn or error.',
    ]);
  });

  test("never show a secret", () => {
    const url = "mysql://root:hunter2@db/app";
    const said = problems({ PLINTH_SECRET: "hunter2", DATABASE_URL: url }, binding).join("\n");
    expect(said).toContain("mysql://root:…@db/app");
    expect(said).toContain("(7 characters)");
    expect(said).not.toContain("hunter2");
  });

  const databases: [url: string, host: HostDefaults, says: string][] = [
    ["./file.db", server, "must begin with sqlite://"],
    ["postgres://localhost", server, "must name a host and a database"],
    ["postgres://u:p@h/db", server, "PLINTH_SECRET is not set"],
    ["sqlite://x", { databases: [NEON], mailers: HTTP_MAILERS }, "on this host it must begin with neon://"],
    [
      "",
      { databases: REMOTE_DATABASES, mailers: HTTP_MAILERS },
      "DATABASE_URL is not set, but this host requires it: postgres:// or neon://",
    ],
  ];
  test.each(databases)("DATABASE_URL %j", (url, host, says) => {
    expect(problems({ DATABASE_URL: url }, host).join("\n")).toContain(says);
  });

  test.each(["https://*.example.com", "http://localhost:*", "https://a.example, https://*"])(
    "CORS_ORIGINS %j is no list of origins",
    (text) => {
      expect(problems({ CORS_ORIGINS: text })).toEqual([expect.stringContaining('" is a pattern; list each origin)')]);
    },
  );

  test.each(["https://a.example/x", "a.example", "https://a.example,,", "ftp://a.example"])(
    "CORS_ORIGINS %j",
    (text) => {
      expect(problems({ CORS_ORIGINS: text })).toHaveLength(1);
    },
  );
});

test("private addresses are none, all, or a list of hosts", () => {
  const allowed = (PRIVATE_ADDRESSES: string) => parseConfig({ PRIVATE_ADDRESSES }, server).privateAddresses;
  expect([allowed(""), allowed("refuse"), allowed("allow")]).toEqual([false, false, true]);
  expect(allowed("Keycloak.internal, 10.0.0.7:8080,[::1]:9")).toEqual(
    new Set(["keycloak.internal", "10.0.0.7:8080", "[::1]:9"]),
  );
  for (const wrong of [
    "*",
    "*.internal",
    "http://10.0.0.7",
    "10.0.0.7/x",
    "10.7",
    "::1",
    "a,,b",
    "keycloak.internal:x",
  ]) {
    expect([wrong, ...problems({ PRIVATE_ADDRESSES: wrong })]).toEqual([
      wrong,
      expect.stringContaining("it must be allow, refuse, or hosts such as keycloak.internal or 10.0.0.7:8080"),
    ]);
  }
});

test("the address that checks challenges may be inside, and holds no password", () => {
  const CAPTCHA_VERIFY_URL = "http://10.0.0.7:8080/siteverify";
  expect(parseConfig({ CAPTCHA_VERIFY_URL }, server)).toMatchObject({ captchaVerifyUrl: CAPTCHA_VERIFY_URL });
  for (const wrong of ["ftp://a.example", "a.example", "https://u:p@a.example"]) {
    expect(problems({ CAPTCHA_VERIFY_URL: wrong })).toEqual([expect.stringContaining("it must be an address such as")]);
  }
});

test("origins are a list", () => {
  const { corsOrigins } = parseConfig({ CORS_ORIGINS: "https://a.example, http://localhost:5173/" }, server);
  expect(corsOrigins).toEqual(["https://a.example", "http://localhost:5173"]);
});

describe("hashes for tests", () => {
  const PASSWORD_HASHING = "test";

  test("are for a server on this machine, and the start says what they are", () => {
    expect(parseConfig({ PASSWORD_HASHING }, server).passwordHashing).toBe("test");
    const here = { PASSWORD_HASHING, APP_URL: "http://localhost:3000", HOST: "0.0.0.0" };
    expect(parseConfig(here, server).passwordHashing).toBe("test");
    expect(configWarnings({ PASSWORD_HASHING })).toEqual([expect.stringContaining("PASSWORD_HASHING is test")]);
    expect(configWarnings({ PASSWORD_HASHING: "scrypt" })).toEqual([]);
  });

  test.each([
    [{ APP_URL: "https://api.example.com" }, server],
    [{ HOST: "0.0.0.0" }, server],
    [{ PLINTH_SECRET: secret }, { ...binding, appUrl: "http://localhost" }],
  ] as [Env, HostDefaults][])("are refused elsewhere: %j", (env, host) => {
    expect(problems({ ...env, PASSWORD_HASHING }, host)).toEqual([
      "PASSWORD_HASHING is test; that is only for a server whose APP_URL is this machine.",
    ]);
  });
});

describe("spelling", () => {
  test.each([
    ["DATABSE_URL", "DATABASE_URL"],
    ["PLINTH_SECRT", "PLINTH_SECRET"],
    ["PROT", "PORT"],
    ["CORS_ORIGIN", "CORS_ORIGINS"],
  ])("%s is probably %s", (variable, meant) => {
    expect(configWarnings({ [variable]: "x" })).toEqual([`${variable} is not a setting; did you mean ${meant}?`]);
  });

  test.each(["HOME", "API_URL", "PATH", "HOSTNAME", "DATABASE_USER", "POST"])("%s is somebody else's", (variable) => {
    expect(configWarnings({ [variable]: "x" })).toEqual([]);
  });

  test("a name beside the right one is left alone", () => {
    expect(configWarnings({ DATABASE_URI: "x", DATABASE_URL: "y" })).toEqual([]);
  });
});

test("docs/configuration.md holds the table", () => {
  const rows = Object.entries(SETTINGS).map(([name, setting]) => {
    const byDefault = "default" in setting ? `\`${setting.default}\`` : "";
    return `| \`${name}\` | ${setting.description} | ${byDefault} | ${"required" in setting ? setting.required : ""} |`;
  });
  const table = ["| Name | Meaning | Default | Required |", "| --- | --- | --- | --- |", ...rows].join("\n");
  const page = new URL("../../../docs/configuration.md", import.meta.url);
  const text = readFileSync(page, "utf8");
  const between = /(<!-- settings -->\n)[\s\S]*(\n<!-- \/settings -->)/;
  if (process.env.UPDATE_DOCS) writeFileSync(page, text.replace(between, `$1\n${table}\n$2`));
  expect(readFileSync(page, "utf8")).toContain(table);
});
