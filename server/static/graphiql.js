/* Sets up GraphiQL: queries over HTTP, subscriptions over one WebSocket, one token for both. */
"use strict";

(function () {
  const KEY = "ordergraph.token"; // kept by this tab only, and gone with it
  const address = window.location.origin + "/graphql";
  const place = document.getElementById("graphiql");
  const field = document.getElementById("token");
  const state = document.getElementById("state");
  const examples = JSON.parse(place.dataset.examples);
  let client = null;

  function bearer() {
    return { authorization: "Bearer " + field.value.trim() };
  }

  function connect() {
    if (client) client.dispose();
    client = graphqlWs.createClient({
      url: address.replace(/^http/, "ws"),
      connectionParams: bearer,
      retryAttempts: Infinity,
      shouldRetry: function (event) {
        return event.code !== 4403; // a refused token stays refused
      },
    });
  }

  async function greet() {
    const body = JSON.stringify({ query: "{ viewer { name role company { name } } }" });
    const answer = await send(address, { method: "POST", headers: { "content-type": "application/json" }, body: body });
    if (!answer.ok) return;
    const viewer = (await answer.json()).data.viewer;
    state.value = viewer.name + ", " + viewer.role + " of " + viewer.company.name;
  }

  async function send(url, options) {
    const answer = await fetch(url, Object.assign({}, options, { headers: Object.assign({}, options.headers, bearer()) }));
    if (answer.status === 401) state.value = (await answer.clone().json()).errors[0].message;
    return answer;
  }

  function show() {
    state.value = "";
    ReactDOM.unmountComponentAtNode(place);
    if (!field.value.trim()) return;
    connect();
    const fetcher = GraphiQL.createFetcher({
      url: address,
      fetch: send,
      wsClient: client,
      enableIncrementalDelivery: false,
    });
    const settings = {
      fetcher: fetcher,
      defaultTabs: examples,
      storage: sessionStorage, // variables may name customers: nothing outlives the tab
    };
    ReactDOM.render(React.createElement(GraphiQL, settings), place);
    greet();
  }

  document.getElementById("door").addEventListener("submit", function (event) {
    event.preventDefault();
    sessionStorage.setItem(KEY, field.value.trim());
    show();
  });

  field.value = sessionStorage.getItem(KEY) || "";
  show();
})();
