import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');
const MANIFEST = readFileSync(path.join(ROOT, 'package.json'), 'utf8');
const TEXTS = JSON.parse(readFileSync(path.join(ROOT, 'package.nls.json'), 'utf8')) as Record<string, string>;

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: { readonly commandPalette: readonly { readonly command: string }[] };
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly media: { readonly markdown: string } }[];
    }[];
  };
}

const { contributes } = JSON.parse(MANIFEST) as Manifest;
const COMMANDS = new Set(contributes.commands.map(({ command }) => command));

describe('the manifest', () => {
  it('has a text for each of its names, and no other', () => {
    const named = new Set([...MANIFEST.matchAll(/"%([^%"]+)%"/g)].map(([, name]) => name));
    assert.deepEqual([...named].sort(), Object.keys(TEXTS).sort());
  });

  it('says in which situations each command is offered in the palette', () => {
    const told = contributes.menus.commandPalette.map(({ command }) => command);
    const always = ['minipach.showOutput', 'minipach.installCommandLine'];
    assert.deepEqual([...told, ...always].sort(), [...COMMANDS].sort());
  });

  it('leads to its own commands only where there are such', () => {
    for (const text of Object.values(TEXTS))
      for (const [, command = ''] of text.matchAll(/\(command:(minipach\.[\w.]+)\)/g))
        assert.ok(COMMANDS.has(command), command);
  });

  it('has a walkthrough of four steps, each with its page, which ships', () => {
    const pages = contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.markdown));
    assert.equal(pages.length, 4);
    for (const page of pages) assert.ok(existsSync(path.join(ROOT, page)), page);
    assert.match(readFileSync(path.join(ROOT, '.vscodeignore'), 'utf8'), /^!media\/walkthrough\/\*\*$/m);
  });
});
