import { serveBunStatement } from "../platform/bun-statement.ts";

await serveBunStatement();
