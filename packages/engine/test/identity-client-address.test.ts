import { expect, test } from "bun:test";
import { clientAddress, clientNetwork } from "../src/index.ts";

const PEER = "192.0.2.1";

test.each([
  // No proxy is trusted by default.
  [0, "198.51.100.7", PEER],
  [1, null, PEER],
  [1, "198.51.100.7", "198.51.100.7"],
  // Entries that the client itself sent come first.
  [1, "203.0.113.9, 198.51.100.7", "198.51.100.7"],
  [2, "203.0.113.9, 198.51.100.7, 10.0.0.1", "198.51.100.7"],
  // A request that bypassed the outer proxy has fewer entries than there are proxies; all entries are theirs.
  [2, "198.51.100.7", "198.51.100.7"],
  [1, "198.51.100.7:4711", "198.51.100.7"],
  [1, "2001:db8::1", "2001:db8::1"],
  [1, "[2001:db8::1]:4711", "2001:db8::1"],
  [1, "::ffff:198.51.100.7", "::ffff:198.51.100.7"],
  [1, "unknown", PEER],
  [1, "203.0.113.9, ", PEER],
  [1, "", PEER],
])("with TRUST_PROXY %d, x-forwarded-for %j is %s", (trustProxy, forwarded, address) => {
  const headers = new Headers(forwarded === null ? {} : { "x-forwarded-for": forwarded });
  expect(clientAddress({ trustProxy }, { headers, remoteAddress: PEER })).toBe(address);
});

test("where the host gives no address, there is none to fall back to", () => {
  expect(clientAddress({ trustProxy: 1 }, { headers: new Headers(), remoteAddress: undefined })).toBeUndefined();
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::FFFF:c000:0201", "192.0.2.1"],
  ["0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:0DB8:0:0:ffff::2", "2001:db8:0:0::/64"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["::1", "0:0:0:0::/64"],
])("the caller at %s is counted as %s", (remoteAddress, network) => {
  expect(clientNetwork({ trustProxy: 0 }, { headers: new Headers(), remoteAddress })).toBe(network);
});
