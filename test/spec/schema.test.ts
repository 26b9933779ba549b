import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Ajv } from 'ajv';
import { describe, it } from 'mocha';
import {
  fieldOf,
  mappings,
  resolved,
  type SchemaNode,
  SPEC_SCHEMA,
  schemaAt,
} from '../../src/spec/schema.ts';

describe('the schema', () => {
  it('documents every field', () => {
    const seen = new Set<SchemaNode>();
    const visit = (name: string, reference: SchemaNode): void => {
      const node = resolved(reference);
      if (seen.has(node)) return;
      seen.add(node);
      for (const keyword of ['title', 'description', 'markdownDescription', 'default', 'examples'] as const) {
        assert.ok(node[keyword] !== undefined, `${name} has no ${keyword}`);
      }
      for (const [field, inner] of Object.entries(node.properties ?? {})) visit(`${name}.${field}`, inner);
    };
    visit('spec', SPEC_SCHEMA);
  });

  it('has examples that it allows', () => {
    const ajv = new Ajv({ strict: false });
    const seen = new Set<SchemaNode>();
    const visit = (name: string, reference: SchemaNode): void => {
      const node = resolved(reference);
      if (seen.has(node)) return;
      seen.add(node);
      const validate = ajv.compile({ ...node, definitions: SPEC_SCHEMA['definitions'] });
      for (const example of node.examples ?? []) {
        assert.ok(
          validate(example),
          `${name}: ${JSON.stringify(example)} ${JSON.stringify(validate.errors)}`,
        );
      }
      for (const [field, inner] of Object.entries(node.properties ?? {})) visit(`${name}.${field}`, inner);
    };
    const { $id: _, ...schema } = SPEC_SCHEMA;
    visit('spec', schema);
  });

  it("answers every field of Pachyderm's specs", () => {
    const known: Readonly<Record<string, readonly string[]>> = {
      '': [
        'pipeline',
        'description',
        'metadata',
        'input',
        'transform',
        'output_branch',
        'salt',
        'datum_timeout',
        'datum_tries',
        'job_timeout',
        'parallelism_spec',
        'datum_set_spec',
        'resource_requests',
        'resource_limits',
        'scheduling_spec',
        'autoscaling',
        'sidecar_resource_limits',
        'sidecar_resource_requests',
        'maximum_expected_uptime',
        'propagation_spec',
        'reprocess_spec',
        'spout',
        'service',
        'egress',
        's3_out',
        'pod_spec',
        'pod_patch',
        'tolerations',
        'determined',
        'tf_job',
        'update',
        'reprocess',
        'dry_run',
        'spec_commit',
      ],
      pipeline: ['name', 'project'],
      input: ['pfs', 'cross', 'union', 'join', 'group', 'cron', 'git'],
      'input.pfs': [
        'repo',
        'glob',
        'name',
        'join_on',
        'outer_join',
        'group_by',
        'empty_files',
        'lazy',
        's3',
        'trigger',
        'commit',
        'branch',
        'project',
        'repo_type',
      ],
      transform: [
        'cmd',
        'stdin',
        'image',
        'env',
        'working_dir',
        'accept_return_code',
        'err_cmd',
        'err_stdin',
        'user',
        'debug',
        'memory_volume',
        'secrets',
        'image_pull_secrets',
        'dockerfile',
        'datum_batching',
      ],
      datum_set_spec: ['number', 'size_bytes', 'per_worker'],
    };
    for (const [place, fields] of Object.entries(known)) {
      const node = schemaAt(place === '' ? [] : place.split('.'));
      assert.ok(node !== undefined);
      for (const field of fields) assert.ok(fieldOf(node, field) !== undefined, `${place}.${field}`);
    }
  });

  it('treats each field in one way only', () => {
    for (const { path, node } of mappings()) {
      const names = [node.properties, node['x-refused']].flatMap((table) => Object.keys(table ?? {}));
      assert.equal(new Set(names).size, names.length, path.join('.'));
    }
  });
});

describe('the reference page', () => {
  it('is what the schema says', () => {
    execFileSync(process.execPath, ['docs/generate-spec-reference.mjs', '--check'], { stdio: 'pipe' });
  });
});
