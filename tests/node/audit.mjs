// Prints what the audits of graphql-http say of the endpoint { url, token } named in the first argument, as
// [{ name, status, reason }].

import { auditServer } from "graphql-http";

const { url, token } = JSON.parse(process.argv[2]);

const results = await auditServer({
  url,
  fetchFn: (input, init) => fetch(input, { ...init, headers: { ...init?.headers, authorization: `Bearer ${token}` } }),
});
console.log(JSON.stringify(results.map(({ name, status, reason }) => ({ name, status, reason: reason ?? null }))));
