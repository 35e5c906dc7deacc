// graphql-ws alone: everything over one socket.

import { createClient } from "graphql-ws";
import { resuming } from "../../../docs/api/resuming.mjs";

export function connect({ socket }) {
  const client = resuming(createClient(socket));
  return {
    ask: (query, variables) =>
      new Promise((done) => {
        let answer;
        client.subscribe({ query, variables }, {
          next: (result) => (answer = result),
          error: (errors) => done({ errors }),
          complete: () => done(answer),
        });
      }),
    follow: (query, variables, next, error) => client.subscribe({ query, variables }, { next, error, complete() {} }),
  };
}
