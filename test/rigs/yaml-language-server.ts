/** The language server of Red Hat's YAML extension, which npm has, driven as an editor drives it. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';

const ROOT = path.join(import.meta.dirname, '..', '..');

/** A mistake as the server tells it. */
export interface ServerDiagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number } };
}

/** A running server. */
export interface YamlLanguageServer {
  /** Opens a text and returns what the server marks in it. */
  readonly check: (text: string) => Promise<readonly ServerDiagnostic[]>;
  /** The labels that it offers at an offset of a line of the text that was checked last. */
  readonly complete: (line: number, character: number) => Promise<readonly string[]>;
  readonly close: () => void;
}

/** Starts the server; with `schema`, a file that specs are checked by. */
export async function startYamlLanguageServer(schema?: string): Promise<YamlLanguageServer> {
  const program = path.join(ROOT, 'node_modules', 'yaml-language-server', 'bin', 'yaml-language-server');
  const child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const schemas = schema === undefined ? {} : { [pathToFileURL(schema).href]: ['spec.yml'] };
  const yaml = { validate: true, hover: true, completion: true, schemaStore: { enable: false }, schemas };
  connection.onRequest('workspace/configuration', ({ items }: { items: { section: string }[] }) =>
    items.map(({ section }) => (section === 'yaml' ? yaml : {})),
  );
  connection.onRequest('client/registerCapability', () => null);
  const waiting = new Map<string, (found: readonly ServerDiagnostic[]) => void>();
  connection.onNotification(
    'textDocument/publishDiagnostics',
    ({ uri, diagnostics }: { uri: string; diagnostics: readonly ServerDiagnostic[] }) =>
      waiting.get(uri)?.(diagnostics),
  );
  connection.listen();
  const textDocument = { publishDiagnostics: {}, completion: { completionItem: { snippetSupport: true } } };
  const workspace = { configuration: true, didChangeConfiguration: { dynamicRegistration: true } };
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: { workspace, textDocument },
    workspaceFolders: null,
  });
  await connection.sendNotification('initialized', {});
  let number = 0;
  let uri = '';
  return {
    check: (text) => {
      number += 1;
      uri = `file:///project/pipeline-${number}/spec.yml`;
      const found = new Promise<readonly ServerDiagnostic[]>((resolve) => waiting.set(uri, resolve));
      const document = { uri, languageId: 'yaml', version: 1, text };
      void connection.sendNotification('textDocument/didOpen', { textDocument: document });
      return found;
    },
    complete: async (line, character) => {
      const list = await connection.sendRequest<{ items: { label: string }[] }>('textDocument/completion', {
        textDocument: { uri },
        position: { line, character },
      });
      return list.items.map(({ label }) => label);
    },
    close: () => {
      connection.dispose();
      child.kill();
    },
  };
}
