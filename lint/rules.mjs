// The rules of graphql-eslint that hold for schema.graphql. `make lint` runs them where node is (check.mjs). Conventions that
// these rules cannot say, or that have to be checked without node too, stand in tests/contract/test_conventions.py.

import graphql from "@graphql-eslint/eslint-plugin";

const ON = {
  "description-style": { style: "block" },
  "naming-convention": {
    types: "PascalCase",
    FieldDefinition: "camelCase",
    InputValueDefinition: "camelCase",
    Argument: "camelCase",
    DirectiveDefinition: "camelCase",
    EnumValueDefinition: "UPPER_CASE",
    ObjectTypeDefinition: { forbiddenSuffixes: ["Type", "Object", "Response", "Result", "Dto"] },
    InterfaceTypeDefinition: { forbiddenSuffixes: ["Interface", "Type"] },
    EnumTypeDefinition: { forbiddenSuffixes: ["Enum"] },
    UnionTypeDefinition: { forbiddenSuffixes: ["Union"] },
    "FieldDefinition[gqlType.gqlType.name.value=Boolean]": { forbiddenPatterns: [/^is[A-Z]/] },
    "FieldDefinition[parent.name.value=Query]": { forbiddenPatterns: [/^(get|list|fetch)[A-Z]/] },
    "FieldDefinition[parent.name.value=Mutation]": {
      forbiddenPatterns: [/^(create|update|delete|set|add|remove|cancel)[A-Z]/],
    },
  },
  "no-hashtag-description": true,
  "no-scalar-result-type-on-mutation": true,
  "no-typename-prefix": true,
  "no-unreachable-types": true,
  "relay-arguments": true,
  "relay-connection-types": true,
  "relay-edge-types": { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
  "relay-page-info": true,
  "require-deprecation-reason": true,
  "require-description": {
    types: true,
    rootField: true,
    FieldDefinition: true,
    InputValueDefinition: true,
    EnumValueDefinition: true,
  },
  "require-nullable-fields-with-oneof": true,
  "unique-enum-value-names": true,
  // graphql-js's own validation of schemas
  "known-argument-names": true,
  "known-directives": true,
  "known-type-names": true,
  "lone-schema-definition": true,
  "possible-type-extension": true,
  "provided-required-arguments": true,
  "unique-directive-names": true,
  "unique-directive-names-per-location": true,
  "unique-field-definition-names": true,
  "unique-operation-types": true,
  "unique-type-names": true,
};

const OFF = {
  alphabetize: "fields stand in the order of importance, life cycles in their own",
  "input-name": "knows no second argument, and every mutation has `guard` beside `input`",
  "no-root-type": "queries, mutations and subscriptions are all wanted",
  "no-unused-fields": "we do not have our clients' documents",
  "require-deprecation-date": "a deprecated field goes with a release, not on a day",
  "require-field-of-type-query-in-mutation-result": "a payload holds what was touched; Relay needs no more",
  "require-nullable-result-in-root": "a field is non-null when its absence would be our mistake",
  "require-type-pattern-with-oneof": "refusals are the interface UserError, not members of a @oneOf result",
  "strict-id-in-types": "amounts, counts and the like have no identity",
};

const ofSchemas = Object.entries(graphql.rules)
  .filter(([, { meta }]) => [meta.docs.category].flat().includes("Schema"))
  .map(([name]) => name);
const undecided = ofSchemas.filter((name) => !(name in ON) && !(name in OFF));
if (undecided.length) throw new Error(`Say whether these rules are on or off, and why: ${undecided.join(", ")}`);

/** As eslint takes them. */
export const RULES = Object.fromEntries(
  Object.entries(ON).map(([name, options]) => [`@graphql-eslint/${name}`, options === true ? "error" : ["error", options]]),
);
