import { expect, test } from "bun:test";
import { issuerDocuments } from "../src/index.ts";
import { readDiscovery } from "../src/oauth/discovery.ts";

const issuer = "https://login.example.com";

function discovered(document: Record<string, unknown>): string {
  try {
    readDiscovery({ issuer, mayBePrivate: false }, "it", document);
    return "taken";
  } catch (error) {
    return (error as Error).message.replace(/^it:? /, "");
  }
}

const DOCUMENT = {
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/keys`,
};

test("a public issuer leads to no private address, and calls itself what it is called", () => {
  expect(discovered(DOCUMENT)).toBe("taken");
  for (const inside of ["https://169.254.169.254/latest", "http://login.example.com/token", "https://localhost/t"]) {
    expect([inside, discovered({ ...DOCUMENT, token_endpoint: inside })]).toEqual([
      inside,
      expect.stringMatching(/^token_endpoint must/),
    ]);
  }
  expect(discovered({ ...DOCUMENT, userinfo_endpoint: "https://10.0.0.1" })).toStartWith("userinfo_endpoint must");
  expect(discovered({ ...DOCUMENT, jwks_uri: undefined })).toBe("jwks_uri is missing");
  expect(discovered({ ...DOCUMENT, issuer: `${issuer}/` })).toBe(`is of another issuer: "${issuer}/"`);
});

test("documents are kept for a while, also where the clock is set back, and not too many", async () => {
  let now = 1000;
  let loads = 0;
  const documents = issuerDocuments({ now: () => now });
  const load = async () => ({ load: ++loads });
  const get = (url: string) => documents.get(url, 100, load);
  expect(await get("a")).toEqual({ load: 1 });
  expect(await get("a")).toEqual({ load: 1 });
  now += 101;
  expect(await get("a")).toEqual({ load: 2 });
  now -= 50;
  expect(await get("a")).toEqual({ load: 3 });
  await expect(documents.get("b", 100, () => Promise.reject(new Error("down")))).rejects.toThrow("down");
  expect(await get("b")).toEqual({ load: 4 });
  for (let i = 0; i < 500; i++) await get(`other ${i}`);
  expect(await get("a")).toEqual({ load: 505 });
});
