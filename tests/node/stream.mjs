// Follows orderEvents over server-sent events while its connection is cut, hard, after every few pushes.
//
// First line of stdin: { url, token, after, every, reader }, where reader is "graphql-sse" (the npm client) or
// "events" (reads as a browser's EventSource does). Prints "following" once it does. Each further line names an
// event: when that one has come, it prints { got: [event ids as they came], connections } and ends.

import { request } from "node:http";
import { createInterface } from "node:readline";
import { createClient } from "graphql-sse";

const QUERY = "subscription($after: Cursor) { orderEvents(after: $after) { cursor event { id } } }";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { url, token, after, every, reader } = JSON.parse((await lines.next()).value);
const authorization = `Bearer ${token}`;

const got = [];
let connections = 0;
let awaited;

({ "graphql-sse": withClient, events: withEvents })[reader]();
console.log("following");

for await (const line of lines) {
  awaited = line;
  finish();
}

// The client sends the same request again, as it stands then: `after` moves forward in it.
function withClient() {
  const variables = { after };
  let cut;
  const client = createClient({
    url,
    headers: () => ({ authorization }),
    retryAttempts: Infinity,
    retry: soon,
    async fetchFn(input, init) {
      connections += 1;
      const connection = new AbortController();
      cut = () => setImmediate(() => connection.abort()); // networks break between turns, not inside of one
      return fetch(input, { ...init, signal: AbortSignal.any([init.signal, connection.signal]) });
    },
  });
  client.subscribe(
    { query: QUERY, variables },
    {
      next({ data, errors }) {
        if (errors) fail(errors);
        variables.after = data.orderEvents.cursor;
        take(data.orderEvents.event.id, cut);
      },
      error: fail,
      complete: () => fail("completed"),
    },
  );
}

// GET, the same address for ever, and the header Last-Event-ID.
function withEvents() {
  const address = new URL(url);
  address.search = new URLSearchParams({ query: QUERY, variables: JSON.stringify({ after }) });
  let last;
  connect();

  function connect() {
    connections += 1;
    const headers = { accept: "text/event-stream", authorization, ...(last && { "last-event-id": last }) };
    const asked = request(address, { headers }, (answer) => {
      if (answer.statusCode !== 200) fail(answer.statusCode);
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        const blocks = (text + chunk).split("\n\n");
        text = blocks.pop();
        for (const block of blocks) if (!asked.destroyed) read(block, asked);
      });
    });
    asked.on("error", () => {});
    asked.on("close", () => soon().then(connect));
    asked.end();
  }

  function read(block, asked) {
    const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: ?(.*)/s, 2)));
    if (fields.id) last = fields.id;
    if (fields.event === "complete") fail("completed");
    if (fields.event !== "next") return;
    const { data, errors } = JSON.parse(fields.data);
    if (errors) fail(errors);
    take(data.orderEvents.event.id, () => asked.destroy());
  }
}

function take(event, cut) {
  got.push(event);
  if (got.length % every === 0) cut();
  finish();
}

function finish() {
  if (awaited === undefined || !got.includes(awaited)) return;
  console.log(JSON.stringify({ got, connections }));
  process.exit(0);
}

function soon() {
  return new Promise((done) => setTimeout(done, 5 + Math.random() * 20));
}

function fail(problem) {
  console.error(problem);
  process.exit(1);
}
