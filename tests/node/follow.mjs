// Follows orderEvents with graphql-ws while its connection is cut, hard, after every few pushes.
//
// First line of stdin: { url, token, after, every }. Prints "following" once it does. Each further line names an
// event: when that one has come, it prints { got: [event ids as they came], connections } and ends.

import { createInterface } from "node:readline";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { resuming } from "../../docs/api/resuming.mjs";

const QUERY = `subscription($after: Cursor) {
  orderEvents(after: $after) { cursor orderVersion event { id } order { number version } }
}`;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { url, token, after, every } = JSON.parse((await lines.next()).value);

const got = [];
let connections = 0;
let socket;
let awaited;

const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: { authorization: `Bearer ${token}` },
  lazy: false,
  retryAttempts: Infinity,
  shouldRetry: () => true,
  retryWait: () => new Promise((done) => setTimeout(done, 5 + Math.random() * 20)),
  on: {
    opened(opened) {
      socket = opened;
      connections += 1;
    },
  },
});

resuming(client).subscribe({ query: QUERY, variables: { after } }, {
  next({ data, errors }) {
    if (errors) fail(errors);
    got.push(data.orderEvents.event.id);
    if (got.length % every === 0) socket.terminate();
    finish();
  },
  error: fail,
  complete: () => fail("completed"),
});
console.log("following");

for await (const line of lines) {
  awaited = line;
  finish();
}

function finish() {
  if (awaited === undefined || !got.includes(awaited)) return;
  console.log(JSON.stringify({ got, connections }));
  process.exit(0);
}

function fail(problem) {
  console.error(problem);
  process.exit(1);
}
