/**
 * What ajv finds wrong with a project's settings by their schema. In the bundles a build step puts generated code in this
 * file's place, as in that of `schema-errors.ts`.
 */
import type { ErrorObject, ValidateFunction } from 'ajv';
import schema from '../../schemas/config.schema.json' with { type: 'json' };
import { makeAjv } from './make-ajv.ts';

let validator: ValidateFunction | undefined;

/** All errors of a value, in ajv's own words; none when it fits. */
export function configErrors(value: unknown): readonly ErrorObject[] {
  validator ??= makeAjv().compile(schema);
  return validator(value) ? [] : (validator.errors ?? []);
}
