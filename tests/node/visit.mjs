// One visit to the server with one of the clients: a query, a mutation, a refusal, an error, a subscription that is cut
// off and goes on, and one that cannot begin.
//
// stdin: { client, url, token, order, comments }. Prints what came of it as JSON.

import { text } from "node:stream/consumers";
import WebSocket from "ws";

const { client: name, url, token, order, comments } = JSON.parse(await text(process.stdin));
const { connect } = await import(`./clients/${name}.mjs`);

let sockets = 0;
let opened;
const authorization = `Bearer ${token}`;
const client = connect({
  url: `${url}/graphql`,
  headers: { authorization },
  socket: {
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: () => new Promise((done) => setTimeout(done, 5)),
    on: {
      opened(socket) {
        sockets += 1;
        opened = socket;
      },
    },
  },
});

const PAGE = `query Page($id: ID!) {
  order(key: { id: $id }) { id number history(last: 1) { asOf } }
}`;
const COMMENT = `mutation Comment($id: ID!, $body: String!, $guard: MutationGuard) {
  orderCommentAdd(input: { orderId: $id, body: $body }, guard: $guard) {
    userErrors { __typename code path ... on InvalidInput { retry } }
    receipt { replayed }
    comment { id body }
  }
}`;
const LIVE = `subscription Live($id: ID!, $after: Cursor) {
  orderChanged(orderId: $id, after: $after) { cursor orderVersion event { id type } order { id version } }
}`;

const page = await client.ask(PAGE, { id: order });
const keyed = { id: order, body: "With a key", guard: { idempotencyKey: `visit-${name}` } };
const once = await client.ask(COMMENT, keyed);
const again = await client.ask(COMMENT, keyed);
const refused = await client.ask(COMMENT, { id: order, body: "" });
const wrong = await client.ask("query Wrong { nothing }", {});
const live = await followWhileCut(page.data.order.history.asOf);
const unbegun = await new Promise((done) =>
  client.follow(LIVE, { id: order, after: "yesterday" }, () => done("pushed"), done),
);

console.log(JSON.stringify({ page: page.data, once, again, refused, wrong, live, unbegun, sockets }));
process.exit(0);

/** Follows from a page on while comments are written; at every third push the connection breaks, hard. */
function followWhileCut(after) {
  return new Promise((done, failed) => {
    const seen = [];
    client.follow(LIVE, { id: order, after }, ({ data }) => {
      seen.push(data.orderChanged.event.id);
      if (seen.length === comments + 1) done(seen);
      else if (seen.length % 3 === 0) opened.terminate();
    }, failed);
    write().catch(failed);
  });
}

/** A client that asks over its socket asks again after a cut: the key sees to it that nothing is done twice. */
async function write() {
  for (let number = 1; number <= comments; number += 1) {
    const guard = { idempotencyKey: `comment-${number}` };
    await client.ask(COMMENT, { id: order, body: `Comment ${number}`, guard });
  }
}
