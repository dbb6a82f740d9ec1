import { afterAll } from "bun:test";
import { d1 } from "@plinth/adapters-cloudflare";
import { workersD1 } from "../../../tests/support/workers-d1.ts";
import { changesSuite } from "./changes-suite.ts";

const server = workersD1();
afterAll(server.close);

changesSuite("D1", async () => d1({ database: server.database(0) }), 10);
