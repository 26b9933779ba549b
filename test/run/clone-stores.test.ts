import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { findProgram } from '../../src/project/programs.ts';
import { ended, TestProject } from '../rigs/project.ts';
import { hasSshServer, startSshServer } from '../rigs/ssh-server.ts';
import { canCompareClones, content, StoredDataset, shapeOf } from '../rigs/stored-dataset.ts';

describe('minipach clone from a store', function () {
  this.timeout(300_000);
  let dataset: StoredDataset;
  let project: TestProject;
  let id: string;
  before(function () {
    if (!canCompareClones()) this.skip();
    dataset = new StoredDataset();
    ({ id, project } = dataset);
  });
  after(() => project?.remove());

  it('leaves what datalad clone leaves from a RIA store, by id, alias and version', () => {
    const store = `ria+file://${dataset.beside('store')}`;
    for (const name of [id, '~own', `${id}@v1`, '~own@main']) {
      const own = dataset.clone(`${store}#${name}`);
      assert.deepEqual(shapeOf(own), shapeOf(dataset.dataladClone(`${store}#${name}`)), name);
      assert.equal(existsSync(own.path('small.txt')), !name.endsWith('@v1'));
      assert.equal(content(own), 'a large file\n');
    }
  });

  it('gets content from a store that is elsewhere now', () => {
    const moved = dataset.beside('moved');
    cpSync(dataset.beside('store'), moved, { recursive: true, verbatimSymlinks: true });
    const original = dataset.beside('store');
    renameSync(original, `${original}-away`);
    try {
      const source = `ria+file://${moved}#${id}`;
      const own = dataset.clone(source);
      assert.deepEqual(shapeOf(own), shapeOf(dataset.dataladClone(source)));
      assert.equal(content(own), 'a large file\n');
    } finally {
      renameSync(`${original}-away`, original);
    }
  });

  it('leaves what datalad clone leaves by ssh, and gets content from a store that is reached so only', async function () {
    if (!hasSshServer()) this.skip();
    const folder = dataset.beside('ssh');
    mkdirSync(folder);
    const server = await startSshServer(folder);
    const variables = { PATH: `${server.programs}:${process.env['PATH']}` };
    const original = dataset.beside('store');
    const moved = dataset.beside('far');
    cpSync(original, moved, { recursive: true, verbatimSymlinks: true });
    renameSync(original, `${original}-away`);
    try {
      const { host } = new URL(server.url);
      const user = server.url.slice('ssh://'.length, server.url.indexOf('@'));
      const far = `ria+ssh://${user}@${host}${moved}`;
      for (const source of [`${server.url}${project.root}`, `${far}#${id}`, `${far}#~own@v1`]) {
        const own = dataset.clone(source, variables);
        assert.deepEqual(shapeOf(own), shapeOf(dataset.dataladClone(source, variables)), source);
        own.ok('git', ['annex', 'get', '--quiet', 'large.bin'], variables);
        assert.equal(own.read('large.bin'), 'a large file\n');
      }
    } finally {
      renameSync(`${original}-away`, original);
      await server.stop();
    }
  });

  it('clones from a store over http', async () => {
    const root = dataset.beside('store');
    const repository = project.at('../store', id.slice(0, 3), id.slice(3));
    repository.git('update-server-info');
    const server = createServer((request, response) => {
      const path = join(root, decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname));
      try {
        response.end(readFileSync(path));
      } catch {
        response.writeHead(404).end();
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const own = dataset.newPlace();
      const source = `ria+http://127.0.0.1:${port}#${id}`;
      const child = project.start(['clone', source, own.root]);
      assert.equal(await ended(child), 0);
      assert.equal(
        own.git('config', 'remote.origin.url').trim(),
        source.replace('ria+', '').replace(`#${id}`, `/${id.slice(0, 3)}/${id.slice(3)}`),
      );
      assert.equal(
        own.git('config', 'datalad.get.subdataset-source-candidate-200origin').trim(),
        source.replace(id, '{id}'),
      );
      assert.equal(own.git('rev-parse', 'HEAD').trim(), project.head());
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('gets content from a store without a storage sibling', () => {
    const plain = TestProject.make({ annex: true });
    try {
      plain.write('large.bin', 'only in the store\n');
      plain.git('annex', 'add', '--quiet', 'large.bin');
      plain.commit('Add a large file');
      const bare = plain.at('../store', id.slice(0, 3), id.slice(3));
      mkdirSync(bare.root, { recursive: true });
      bare.git('init', '--quiet', '--bare');
      plain.git('remote', 'add', 'plain', bare.root);
      plain.git('push', '--quiet', 'plain', 'main', 'git-annex');
      plain.git('annex', 'copy', '--quiet', '--to', 'plain', '.');
      const own = dataset.clone(`ria+file://${join(plain.root, '..', 'store')}#${id}`);
      // There is no other place that it could come from.
      assert.equal(own.git('remote').trim(), 'origin');
      assert.equal(content(own), 'only in the store\n');
    } finally {
      plain.remove();
    }
  });

  it('gets content from a store of the older layout', () => {
    const old = dataset.beside('old-layout');
    cpSync(dataset.beside('store'), old, { recursive: true, verbatimSymlinks: true });
    const stored = join(old, id.slice(0, 3), id.slice(3));
    const key = project.git('annex', 'lookupkey', 'large.bin').trim();
    const examine = (variable: string): string =>
      project.git('annex', 'examinekey', '--format', `\${${variable}}\${key}/\${key}`, key);
    const [present, before] = ['hashdirmixed', 'hashdirlower'].map((one) =>
      dirname(join(stored, 'annex/objects', examine(one))),
    );
    mkdirSync(dirname(before ?? ''), { recursive: true });
    renameSync(present ?? '', before ?? '');
    writeFileSync(join(stored, 'ria-layout-version'), '1\n');
    const original = dataset.beside('store');
    renameSync(original, `${original}-away`);
    try {
      const source = `ria+file://${old}#${id}`;
      const own = dataset.clone(source);
      assert.deepEqual(shapeOf(own), shapeOf(dataset.dataladClone(source)));
      assert.equal(content(own), 'a large file\n');
    } finally {
      renameSync(`${original}-away`, original);
    }
  });

  it('calls ssh as git is told to, by a variable or by configuration', async function () {
    if (!hasSshServer()) this.skip();
    const folder = dataset.beside('ssh-command');
    mkdirSync(folder);
    const server = await startSshServer(folder);
    const calls = join(folder, 'calls');
    const line = join(folder, 'call');
    writeFileSync(line, `#!/bin/sh\necho "$*" >> ${calls}\nexec ${server.programs}/ssh "$@"\n`, {
      mode: 0o755,
    });
    const configuration = join(folder, 'configuration');
    writeFileSync(
      configuration,
      `${readFileSync(process.env['GIT_CONFIG_GLOBAL'] ?? '', 'utf8')}\n[core]\n\tsshCommand = ${line}\n`,
    );
    const original = dataset.beside('store');
    const far = dataset.beside('by-command');
    cpSync(original, far, { recursive: true, verbatimSymlinks: true });
    try {
      for (const variables of [{ GIT_SSH_COMMAND: line }, { GIT_CONFIG_GLOBAL: configuration }]) {
        // There is no other ssh that could get in.
        const store = ['--get', 'large.bin', '--store', join(folder, `keys-${Object.keys(variables)}`)];
        const own = dataset.newPlace();
        const cloned = project.minipachWith(
          variables,
          'clone',
          server.url + project.root,
          own.root,
          ...store,
        );
        assert.equal(cloned.code, 0, cloned.stderr);
        assert.equal(own.read('large.bin'), 'a large file\n');
      }
      renameSync(original, `${original}-away`);
      // DataLad's own remote calls the ssh of the path.
      const variables = { GIT_SSH_COMMAND: line, PATH: `${server.programs}:${process.env['PATH']}` };
      const { host } = new URL(server.url);
      const user = server.url.slice('ssh://'.length, server.url.indexOf('@'));
      const own = dataset.clone(`ria+ssh://${user}@${host}${far}#${id}`, variables);
      own.ok('git', ['annex', 'get', '--quiet', 'large.bin'], variables);
      assert.match(readFileSync(calls, 'utf8'), /cat \S*\/config$/m);
    } finally {
      if (!existsSync(original)) renameSync(`${original}-away`, original);
      await server.stop();
    }
  });

  it('says what to install where content needs it', () => {
    const programs = dataset.beside('programs');
    mkdirSync(programs);
    for (const name of ['git', 'git-annex', 'sh', 'uname'])
      symlinkSync(findProgram(name) ?? '', join(programs, name));
    const source = `ria+file://${dataset.beside('store')}#${id}`;
    const { code, stderr } = project.minipachWith({ PATH: programs }, 'clone', source, '../poor');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /git-annex-remote-ora, which gets them, is not installed: install DataLad/);
    const poor = project.at('../poor');
    poor.git('annex', 'enableremote', '--quiet', 'store-storage');
    assert.equal(content(poor), 'a large file\n');
  });
});
