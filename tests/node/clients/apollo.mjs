// Apollo Client: queries and mutations over HTTP, subscriptions over graphql-ws.

import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { resuming } from "../../../docs/api/resuming.mjs";

globalThis.WebSocket ??= WebSocket; // Apollo's link counts on a browser's

export function connect({ url, headers, socket }) {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(resuming(createClient(socket))),
      new HttpLink({ uri: url, headers }),
    ),
  });
  return {
    async ask(text, variables) {
      const document = gql(text);
      const { operation } = document.definitions[0];
      const errorPolicy = "all";
      const { data, error } =
        operation === OperationTypeNode.MUTATION
          ? await client.mutate({ mutation: document, variables, errorPolicy })
          : await client.query({ query: document, variables, errorPolicy });
      return { data, errors: told(error) };
    },
    follow(text, variables, next, failed) {
      const subscription = client.subscribe({ query: gql(text), variables }).subscribe({
        next: ({ data, error }) => (error ? failed(told(error)) : next({ data })),
        error: (error) => failed(told(error)),
      });
      return () => subscription.unsubscribe();
    },
  };
}

function told(error) {
  if (error === undefined) return undefined;
  if (CombinedGraphQLErrors.is(error)) return error.errors;
  throw error;
}
