/** ajv as our schemas need it: the same at build time and in the source. */
import { Ajv, type Options } from 'ajv';

/** Makes an ajv that tells all errors at once and knows our own keywords. */
export function makeAjv(code: Options['code'] = {}): Ajv {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false, verbose: true, code });
  ajv.addVocabulary([
    'markdownDescription',
    'enumDescriptions',
    'x-ignored',
    'x-refused',
    'x-other-value',
    'x-pattern-message',
    'x-names-message',
    'x-type-message',
  ]);
  return ajv;
}
