/** Rules about YAML itself. Every YAML extension has them, so that ours keep silent beside Red Hat's. */

/** By id. */
export const PLAIN_YAML_RULES: ReadonlySet<string> = new Set([
  'yaml-syntax',
  'duplicate-key',
  'tab-indentation',
  'unknown-alias',
]);
