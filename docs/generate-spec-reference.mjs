// Writes docs/spec.md from schemas/spec.schema.json. `--check` only says whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';

const schema = JSON.parse(readFileSync(new URL('../schemas/spec.schema.json', import.meta.url), 'utf8'));
const target = new URL('spec.md', import.meta.url);

const TYPES = { array: 'list', object: 'mapping', string: 'text', integer: 'whole number' };

/** @param {any} node */
function typeOf(node) {
  return [node.type ?? 'anything']
    .flat()
    .map((type) => TYPES[type] ?? type)
    .join(' or ');
}

/** A table cell: one line, no bare bars. @param {string} text */
function cell(text) {
  return text.replaceAll('\n\n', ' ').replaceAll('\n- ', ' · ').replaceAll('\n', ' ').replaceAll('|', '\\|');
}

/** @param {any} node */
function isIgnored(node) {
  const inner = Object.values(node.properties ?? {});
  return node['x-ignored'] !== undefined || (inner.length > 0 && inner.every(isIgnored));
}

/** @param {string} path @param {any} node @param {string[]} lines */
function table(path, node, lines) {
  const fields = Object.entries(node.properties).filter(([, field]) => !isIgnored(field));
  lines.push(`## ${path === '' ? 'Top level' : `\`${path}\``}`, '', cell(node.markdownDescription), '');
  lines.push('| field | type | default | meaning |', '|---|---|---|---|');
  for (const [name, field] of fields) {
    const required = node.required?.includes(name) ? 'required' : '';
    const preset =
      ['', '{}', '[]'].includes(JSON.stringify(field.default)) || field.default === ''
        ? ''
        : `\`${JSON.stringify(field.default)}\``;
    lines.push(
      `| \`${name}\` | ${typeOf(field)} | ${required || preset} | ${cell(field.markdownDescription)} |`,
    );
  }
  lines.push('');
  for (const [name, field] of fields) {
    if (field.properties !== undefined) table(path === '' ? name : `${path}.${name}`, field, lines);
  }
}

/** @param {(path: string, node: any) => void} visit */
function everywhere(visit, path = '', node = schema) {
  visit(path, node);
  for (const [name, field] of Object.entries(node.properties ?? {})) {
    everywhere(visit, path === '' ? name : `${path}.${name}`, field);
  }
}

const lines = [
  '# The language of `spec.yml`',
  '',
  '<!-- Generated from schemas/spec.schema.json by docs/generate-spec-reference.mjs; change that instead. -->',
  '',
  'A directory with a `spec.yml` is a pipeline. Field names and meanings are those of',
  "Pachyderm's pipeline specification where it has the field.",
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
table('', schema, lines);
lines.push('## Allowed, without effect', '');
everywhere((path, node) => {
  if (node['x-ignored'] !== undefined) lines.push(`- \`${path}\`: ${node['x-ignored']}`);
});
lines.push('', '## Not in this version', '');
everywhere((path, node) => {
  for (const [name, what] of Object.entries(node['x-later'] ?? {})) {
    lines.push(`- \`${path === '' ? name : `${path}.${name}`}\`: ${what}`);
  }
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
