// What a client has to add to graphql-ws so that a broken connection costs nothing.

/**
 * Subscribes so that every reconnection goes on behind the last push seen.
 *
 * graphql-ws subscribes again with the variables it was given; this moves `after` in them forward. The document must
 * take `$after: Cursor` and ask for `cursor`. What was sent but not seen before the cut comes again: nothing is
 * missed, and here nothing comes twice, because a push is counted as seen before the sink gets it.
 *
 * @param client of graphql-ws; give it `retryAttempts: Infinity`
 * @param payload `{ query, variables }`; its variables are copied
 * @returns what `client.subscribe` returns: a function that ends it
 */
export function resuming(client, payload, sink) {
  const variables = { ...payload.variables };
  return client.subscribe({ ...payload, variables }, {
    ...sink,
    next(result) {
      const [pushed] = Object.values(result.data ?? {});
      if (pushed) variables.after = pushed.cursor;
      sink.next(result);
    },
  });
}
