/**
 * Milliseconds for one test or hook, whoever runs it. A loaded machine is not an error in the code, so the limit ends
 * only what hangs. Tests have no shorter limits of their own (scripts/check/test-limits.ts).
 */
export const TEST_LIMIT_MS = 300_000;

/** Arguments of Bun: a test run by hand has the same limit as in `npm test`. A `--timeout` among them wins. */
export function withTestLimit(args) {
  return args[0] === "test" ? ["test", `--timeout=${TEST_LIMIT_MS}`, ...args.slice(1)] : args;
}
