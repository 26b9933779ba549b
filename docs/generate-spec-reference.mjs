// Writes docs/spec.md from schemas/spec.schema.json. `--check` only says whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';

const schema = JSON.parse(readFileSync(new URL('../schemas/spec.schema.json', import.meta.url), 'utf8'));
/** What a node says, or the definition that it refers to. @param {any} node */
function resolved(node) {
  return node.$ref === undefined ? node : schema.definitions[node.$ref.replace('#/definitions/', '')];
}

const target = new URL('spec.md', import.meta.url);

const TYPES = {
  array: 'list',
  object: 'mapping',
  string: 'text',
  integer: 'whole number',
  boolean: '`true` or `false`',
};

/** @param {any} node */
function typeOf(node) {
  return [node.type ?? 'anything']
    .flat()
    .map((type) => TYPES[type] ?? type)
    .join(' or ');
}

/** One line of prose. @param {string} text */
function line(text) {
  return text.replaceAll('\n\n- ', ' ').replaceAll('\n- ', '; ').replaceAll(/\n+/g, ' ');
}

/** @param {any} node */
function isIgnored(node) {
  const inner = Object.values(node.properties ?? {}).map(resolved);
  return node['x-ignored'] !== undefined || (inner.length > 0 && inner.every(isIgnored));
}

/** @param {string} path @param {any} node @param {string[]} lines */
function section(path, node, lines) {
  const fields = Object.entries(node.properties)
    .map(([name, field]) => [name, resolved(field)])
    .filter(([, field]) => !isIgnored(field));
  lines.push(`## ${path === '' ? 'Top level' : `\`${path}\``}`, '', line(node.markdownDescription), '');
  for (const [name, field] of fields) {
    const kind = node.required?.includes(name) ? `${typeOf(field)}, required` : typeOf(field);
    const example =
      field.properties === undefined ? ` Example: \`${JSON.stringify(field.examples[0])}\`.` : '';
    lines.push(`- \`${name}\` (${kind}): ${line(field.markdownDescription)}${example}`);
  }
  lines.push('');
  for (const [name, field] of fields) {
    if (field.properties !== undefined) section(path === '' ? name : `${path}.${name}`, field, lines);
  }
}

/** @param {(path: string, node: any) => void} visit */
function everywhere(visit, path = '', node = schema) {
  visit(path, node);
  for (const [name, field] of Object.entries(node.properties ?? {})) {
    everywhere(visit, path === '' ? name : `${path}.${name}`, resolved(field));
  }
}

const lines = [
  '# The language of `spec.yml`',
  '',
  '<!-- Generated from schemas/spec.schema.json by docs/generate-spec-reference.mjs; change that instead. -->',
  '',
  'A directory with a `spec.yml` is a pipeline. Field names and meanings are those of',
  "Pachyderm's pipeline specification where it has the field. [Writing specs](writing-specs.md) says how they work together.",
  '',
  '```yaml',
  'pipeline:',
  '  name: edges',
  'input:',
  '  pfs: { repo: images, glob: "/*" }',
  'transform:',
  '  cmd: [python3, code/edges.py, "{images}", "{out}"]',
  '```',
  '',
];
section('', schema, lines);
lines.push(
  '## Globs',
  '',
  'A glob matches whole paths of its repo, files and directories. They are read as Pachyderm reads them:',
  '',
  '- A leading slash is implied and a trailing one dropped; `/` alone is the whole repo.',
  '- `*` and `?` stay within a segment. `**` crosses segments: `**.txt` finds every such file, while `**/x` finds `x` only below some directory.',
  '- `[a-z]`, `[!a]` and `[[:digit:]]` are one character, which may be a slash: `a[!x]b` matches `a/b`. A `!` or `^` anywhere in a class negates it.',
  '- `{a,b}` is one of the two, `\\x` the character itself.',
  '- `(a|b)` and `@(a|b)` capture one of the branches, `?()` at most one, `*()` any number, `+()` at least one.',
  '- `!(a)` captures anything within a segment but `a`. With text or a star somewhere behind it, it refuses whatever begins with `a`: `!(a)/x` does not match `ab/x`.',
  '',
  'Unlike in Pachyderm, a segment that begins with a dot matches only where the pattern names that dot. And where Pachyderm takes a bracket for text and leaves a group open, as in `{(a),b}`, the bracket closes it; a group that no bracket closes is an error.',
  '',
);
lines.push('## Allowed, without effect', '');
everywhere((path, node) => {
  if (node['x-ignored'] !== undefined) lines.push(`- \`${path}\`: ${node['x-ignored']}`);
});
lines.push('', '## Refused', '');
everywhere((path, node) => {
  for (const [name, why] of Object.entries(node['x-refused'] ?? {})) {
    lines.push(`- \`${path === '' ? name : `${path}.${name}`}\`: ${why}`);
  }
});
const text = `${lines.join('\n')}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('docs/spec.md is not what the schema says; run node docs/generate-spec-reference.mjs.');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
