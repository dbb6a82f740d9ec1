export { type D1Like, type D1StatementLike, d1 } from "./d1.ts";
