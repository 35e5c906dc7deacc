// node lint/check.mjs FILE: prints what of a schema breaks the rules, one line each; exits with 1 if anything does.

import { basename, dirname, resolve } from "node:path";
import { ESLint } from "eslint";
import graphql from "@graphql-eslint/eslint-plugin";
import { RULES } from "./rules.mjs";

const file = resolve(process.argv[2]);
const eslint = new ESLint({
  cwd: dirname(file),
  overrideConfigFile: true,
  overrideConfig: {
    files: ["**/*.graphql"],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: file } } },
    plugins: { "@graphql-eslint": graphql },
    rules: RULES,
  },
});

const [{ messages }] = await eslint.lintFiles([file]);
for (const { line, column, message, ruleId } of messages) {
  console.log(`${basename(file)}:${line}:${column}: ${message} (${ruleId ?? "eslint"})`);
}
console.log(`graphql-eslint: ${messages.length} problems by ${Object.keys(RULES).length} rules.`);
process.exitCode = messages.length ? 1 : 0;
