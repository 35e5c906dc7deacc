// urql: queries and mutations over HTTP, subscriptions over graphql-ws.

import { Client, cacheExchange, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import { resuming } from "../../../docs/api/resuming.mjs";

export function connect({ url, headers, socket }) {
  const live = resuming(createClient(socket));
  const client = new Client({
    url,
    fetchOptions: { headers },
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: live.subscribe({ query, variables }, sink) }),
        }),
      }),
    ],
  });
  return {
    async ask(text, variables) {
      const isMutation = text.trimStart().startsWith("mutation");
      const { data, error } = await (isMutation ? client.mutation(text, variables) : client.query(text, variables));
      return { data, errors: told(error) };
    },
    follow(text, variables, next, failed) {
      const take = ({ data, error }) => (error ? failed(told(error)) : next({ data }));
      return client.subscription(text, variables).subscribe(take).unsubscribe;
    },
  };
}

function told(error) {
  if (error?.networkError) throw error.networkError;
  return error?.graphQLErrors;
}
