/** How quick the views are in a project of 10,000 datums while somebody else runs 1,000 jobs; `npm run bench:editor` prints it. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { MinipachApi } from '../../../src/extension/main.ts';
import type { PipelineNode } from '../../../src/extension/pipeline-nodes.ts';
import { logUri } from '../../../src/extension/text-documents.ts';
import type { RunEvent } from '../../../src/plan/run-event.ts';
import { extensionApi, workspaceFolder } from './extension-api.ts';

/** What took longer than it may. */
const missed: string[] = [];

/** Writes down what something took beside what it may take. */
function judge(what: string, taken: number, bar: number, unit: string): void {
  const { MINIPACH_HOST_RESULT: result } = process.env;
  const isGood = taken <= bar;
  appendFileSync(`${result}.log`, `${isGood ? '✔' : '✘'} ${what}: ${taken.toFixed(1)} ${unit} of ${bar}\n`);
  if (!isGood) missed.push(`${what}: ${taken.toFixed(1)} ${unit} of ${bar}`);
}

/** The value below which a part of all lies. */
function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

const RUNNER = path.join(
  vscode.extensions.getExtension('minipach.minipach')?.extensionPath ?? '',
  'dist',
  'minipach.cjs',
);

/** Everything that the view shows of a project that was just opened. */
async function draw(api: MinipachApi, node?: PipelineNode): Promise<number> {
  let lines = 0;
  for (const child of await api.pipelines.getChildren(node)) {
    api.pipelines.getTreeItem(child);
    lines += 1 + (await draw(api, child));
  }
  return lines;
}

describe('the bars', () => {
  const root = workspaceFolder().uri.fsPath;
  let api: MinipachApi;
  before(async () => {
    api = await extensionApi();
  });

  // All of a test is told before it fails by one.
  afterEach(() => assert.deepEqual(missed.splice(0), []));

  it('10,000 datums are shown soon after the first document', async function () {
    this.timeout(120_000);
    let read = Number.NaN;
    const [folder] = api.folders.all;
    assert.ok(folder);
    const { apply } = folder.model;
    // From when the line is there to when the view has been told and has asked for all that it shows.
    folder.model.apply = (line) => {
      if (Number.isNaN(read)) read = performance.now();
      return apply.call(folder.model, line);
    };
    const told = new Promise<void>((resolve) => {
      const subscription = api.pipelines.onDidChangeTreeData(() => {
        if (!folder.model.ready || Number.isNaN(read)) return;
        subscription.dispose();
        resolve();
      });
    });
    await api.folders.ensureStarted();
    await told;
    const lines = await draw(api);
    const taken = performance.now() - read;
    assert.ok(lines > 400, `${lines} lines`);
    assert.equal(folder.model.count(['pending']), 11_000);
    judge('10,000 datums in the view after the first document', taken, 500, 'ms');
  });

  it('1,000 jobs of somebody else are followed, and cost little', async function () {
    this.timeout(540_000);
    const events = path.join(root, '..', 'events.jsonl');
    // When the view said for the first time that so many are done.
    const seen: number[] = [];
    const [folder] = api.folders.ready;
    assert.ok(folder);
    const subscription = api.folders.onDidChange(() => {
      const { done = 0 } = folder.model.pipelines.get('few')?.counts ?? {};
      while (seen.length < done) seen.push(Date.now());
    });
    const log = openSync(events, 'a');
    const child = spawn(process.execPath, [RUNNER, 'run', 'few', '--json'], {
      cwd: root,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', log, 'ignore'],
    });
    const before = process.threadCpuUsage();
    const began = performance.now();
    await once(child, 'exit');
    const wall = performance.now() - began;
    const used = process.threadCpuUsage(before);
    await delay(3000);
    subscription.dispose();
    const recorded = readFileSync(events, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as RunEvent)
      .filter((event) => event.event === 'job-recorded');
    assert.equal(recorded.length, 1000);
    assert.equal(seen.length, 1000, 'all were seen done');
    const late = recorded.map(({ at }, count) => (seen[count] ?? Number.NaN) - Date.parse(at));
    const busy = (100 * (used.user + used.system)) / 1000 / wall;
    judge('from a recorded result of a terminal to the view, median', quantile(late, 0.5), 1000, 'ms');
    judge('the same, 95 of 100', quantile(late, 0.95), 2000, 'ms');
    judge(`extension host at work during 1,000 jobs (${(wall / 1000).toFixed(0)} s)`, busy, 5, '%');
  });

  it('a log of 100 MB a minute is kept up with', async function () {
    this.timeout(60_000);
    const file = path.join(root, '..', 'fast.log');
    writeFileSync(file, '');
    const document = await vscode.workspace.openTextDocument(logUri('fast', file));
    await vscode.window.showTextDocument(document);
    // A line of 100 bytes with its time, 17 of them each millisecond.
    const script = `
      const { openSync, writeSync } = require('node:fs');
      const file = openSync(${JSON.stringify(file)}, 'a');
      const began = Date.now();
      let written = 0;
      const timer = setInterval(() => {
        const due = (Date.now() - began) * 1700;
        let text = '';
        for (; written < due; written += 100) text += (Date.now() + ' ').padEnd(99, 'x') + '\\n';
        writeSync(file, text);
        if (Date.now() - began > 8000) clearInterval(timer);
      }, 10);`;
    const writer: ChildProcess = spawn(process.execPath, ['-e', script], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: 'ignore',
    });
    const late: number[] = [];
    const subscription = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document !== document) return;
      const last = document.lineAt(Math.max(0, document.lineCount - 2)).text;
      late.push(Date.now() - Number(last.split(' ')[0]));
    });
    const before = process.threadCpuUsage();
    const began = performance.now();
    await once(writer, 'exit');
    const wall = performance.now() - began;
    const used = process.threadCpuUsage(before);
    await delay(1500);
    subscription.dispose();
    assert.ok(late.length > 3, `${late.length} looks`);
    const end = readFileSync(file, 'utf8').trimEnd().slice(-99);
    assert.ok(document.getText().trimEnd().endsWith(end), 'its end is shown in the end');
    judge('a log of 100 MB a minute: how old its last line is, median', quantile(late, 0.5), 2000, 'ms');
    judge('extension host at work meanwhile', (100 * (used.user + used.system)) / 1000 / wall, 25, '%');
  });
});
