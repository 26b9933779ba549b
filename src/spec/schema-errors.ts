/**
 * What ajv finds wrong by the schema. In the bundles a build step puts code that ajv has generated in this file's
 * place (`esbuild.mjs`): compiling the schema anew at every start would take longer than all else together.
 */
import type { ErrorObject, ValidateFunction } from 'ajv';
import { makeAjv } from './make-ajv.ts';
import { SPEC_SCHEMA } from './schema.ts';

let validator: ValidateFunction | undefined;

/** All errors of a value, in ajv's own words; none when it fits. */
export function schemaErrors(value: unknown): readonly ErrorObject[] {
  validator ??= makeAjv().compile(SPEC_SCHEMA);
  return validator(value) ? [] : (validator.errors ?? []);
}
