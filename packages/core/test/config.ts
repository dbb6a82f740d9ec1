import type { Config } from "../src/index.ts";

/** The default settings of tests. */
export function testConfig(settings: Partial<Config> = {}): Config {
  return {
    port: 8787,
    host: "127.0.0.1",
    dataDir: "",
    databaseWaitSeconds: 60,
    sqliteSynchronous: "full",
    appUrl: "http://localhost:8787",
    secret: "a secret of more than thirty-two characters",
    corsOrigins: [],
    allowedHosts: [],
    signUp: "open",
    emailVerification: "optional",
    mailFrom: { address: "plinth@localhost", name: "Plinth" },
    redirectUrls: [],
    maxBodyBytes: 1_048_576,
    bodyTimeoutMs: 30_000,
    maxLimit: 1000,
    maxScan: 1_000_000,
    maxAnswerBytes: 16_777_216,
    statementTimeoutMs: 30_000,
    schemaTimeoutMs: 600_000,
    maxStreams: 20_000,
    maxCallerStreams: 2000,
    maxWaiting: 256,
    maxInFlight: 10_000,
    changesKeepHours: 168,
    changesKeepRows: 1_000_000,
    socketsLookSeconds: 30,
    authRateLimit: 0,
    trustProxy: 0,
    logLevel: "error",
    ...settings,
  };
}
