import { as } from "../../as.ts";
import { books } from "../../fixtures/library.ts";
import { things } from "../../fixtures/things.ts";
import { matching } from "../../match.ts";
import { get, type Scenario } from "../../scenario.ts";

const path = "/api/openapi.json";

export const scenarios: Scenario[] = [
  {
    name: "openapi: a document by version 3.1, with the collections of the instance",
    as: as.secretKey,
    needs: [books, things],
    request: get(path),
    expect: {
      status: 200,
      body: {
        openapi: matching(/^3\.1/),
        info: { title: matching(/plinth/i) },
        paths: { "/api/keys": {}, "/health": {} },
      },
      contains: ["/api/items/books", "/api/items/things", "secret_note", "_icontains", "$lookup", "$literal", "x-gzip"],
      headers: { "content-type": /json/ },
      excludes: [(c) => c.key("secret"), "Peer Gynt", "plinth_users"],
    },
  },
  {
    name: "openapi: every answer and every reference in it resolves",
    as: as.secretKey,
    needs: [books],
    request: get(path),
    expect: { status: 200, excludes: ["undefined", "[object Object]"] },
    verify(reply) {
      const document = reply.json as { [key: string]: unknown };
      for (const [, name] of reply.text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
        const found = name!
          .split("/")
          .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
          .reduce<unknown>((at, part) => (at as { [key: string]: unknown } | undefined)?.[part], document);
        if (found === undefined) throw new Error(`the reference #/${name} leads nowhere`);
      }
    },
  },
  {
    name: "openapi: strangers do not see other workspaces' collections",
    as: as.otherSecretKey,
    needs: [things],
    request: get(path),
    expect: {
      status: 200,
      body: { openapi: matching(/^3\.1/) },
      excludes: ["/api/items/things", "/api/items/authors"],
    },
  },
];
