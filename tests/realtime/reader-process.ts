/**
 * A client in a process of its own, which can be stopped as a whole: `PORT FIRST [THEN]`, both in base64. It sends the first bytes,
 * the others after the first answer, and writes what it receives to its output.
 */
import { connect } from "node:net";

const [port, first, then] = process.argv.slice(2) as [string, string, string?];
const socket = connect(Number(port), "127.0.0.1");
socket.write(Buffer.from(first, "base64"));
if (then) socket.once("data", () => socket.write(Buffer.from(then, "base64")));
socket.on("error", () => {});
socket.pipe(process.stdout);
