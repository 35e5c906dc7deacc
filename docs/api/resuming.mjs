// What a client has to add to graphql-ws so that a broken connection costs nothing. Copy it; it needs nothing else.
//
//
//   const client = resuming(createClient({ url, connectionParams, retryAttempts: Infinity, shouldRetry: () => true }));
//
//   alone     client.subscribe({ query, variables: { after } }, sink)
//   Apollo    new GraphQLWsLink(client)
//   urql      subscriptionExchange({ forwardSubscription: ({ query, variables }) => ({
//               subscribe: (sink) => ({ unsubscribe: client.subscribe({ query, variables }, sink) }) }) })

/**
 * A client of graphql-ws whose `subscribe` goes on behind the last push seen when it connects again.
 *
 * graphql-ws subscribes again with the variables it was given; this moves `after` in them forward. The document takes
 * `$after: Cursor` and asks for `cursor`; one that does not is left as it is. What was sent but not seen before the cut
 * comes again: nothing is missed, and nothing comes twice, because a push counts as seen before the sink gets it.
 *
 * @template {{ subscribe(payload: any, sink: any): () => void }} Client
 * @param {Client} client of graphql-ws; give it `retryAttempts: Infinity`
 * @returns {Client}
 */
export function resuming(client) {
  return {
    ...client,
    subscribe(payload, sink) {
      const variables = { ...payload.variables };
      return client.subscribe({ ...payload, variables }, {
        ...sink,
        /** @param {{ data?: any }} result */
        next(result) {
          const [pushed] = Object.values(result.data ?? {});
          if (pushed?.cursor) variables.after = pushed.cursor;
          sink.next(result);
        },
      });
    },
  };
}
