/**
 * A real special remote of git-annex that can be told how to misbehave: an external one, as users write them. It keeps
 * content in a folder and notes each retrieval with the byte that it began at.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from './project.ts';

/** The program that git-annex talks to, one line at a time; see git-annex, "external special remote protocol". */
const PROGRAM = `#!/bin/sh
say() { printf '%s\\n' "$*"; }
say VERSION 1
while read -r verb one two; do
  case "$verb" in
    INITREMOTE | PREPARE) say "$verb-SUCCESS" ;;
    GETCOST) say COST 500 ;;
    CHECKPRESENT) test -e "$TAP/$one" && say "CHECKPRESENT-SUCCESS $one" || say "CHECKPRESENT-FAILURE $one" ;;
    TRANSFER)
      key=\${two%% *} file=\${two#* }
      if test "$one" = STORE; then cp "$file" "$TAP/$key" && say "TRANSFER-SUCCESS STORE $key"; continue; fi
      from=$(stat -c %s "$file" 2> /dev/null || echo 0)
      echo "$from" >> "$TAP/log"
      mode=$(cat "$TAP/mode" 2> /dev/null || echo whole)
      read -r cut < "$TAP/cuts" 2> /dev/null || cut=
      case "$mode" in
        wrong) tr 'A-Za-z' 'B-ZAb-za' < "$TAP/$key" > "$file"; say "TRANSFER-SUCCESS RETRIEVE $key"; continue ;;
        slow)
          size=$(stat -c %s "$TAP/$key")
          while test "$from" -lt "$size"; do
            tail -c "+$((from + 1))" "$TAP/$key" | head -c 500000 >> "$file"
            from=$((from + 500000))
            sleep 0.1
          done
          say "TRANSFER-SUCCESS RETRIEVE $key"; continue ;;
      esac
      if test -n "$cut"; then
        sed -i 1d "$TAP/cuts"
        tail -c "+$((from + 1))" "$TAP/$key" | head -c "$cut" >> "$file"
        say "TRANSFER-FAILURE RETRIEVE $key the connection was cut"
      else
        tail -c "+$((from + 1))" "$TAP/$key" >> "$file"
        say "TRANSFER-SUCCESS RETRIEVE $key"
      fi ;;
    *) say UNSUPPORTED-REQUEST ;;
  esac
done
`;

/** The remote of one project. */
export class Tap {
  readonly #folder: string;
  /** Variables with which its program is found. */
  readonly variables: NodeJS.ProcessEnv;

  /** @param folder - A folder of its own. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'git-annex-remote-tap'), PROGRAM, { mode: 0o755 });
    this.variables = { PATH: `${folder}:${process.env['PATH']}`, TAP: folder };
  }

  /** Makes it a remote of a project, moves the content of files there, and forgets what has been noted. */
  take(project: TestProject, ...files: readonly string[]): void {
    const annex = (...args: string[]): string => project.ok('git', ['annex', ...args], this.variables);
    annex('initremote', 'tap', 'type=external', 'externaltype=tap', 'encryption=none', '--quiet');
    annex('move', '--quiet', '--to=tap', ...files);
    this.forget();
  }

  /** How it is to behave: as it should, half a megabyte every tenth of a second, or with other content of the same size. */
  behave(mode: 'whole' | 'slow' | 'wrong'): void {
    writeFileSync(join(this.#folder, 'mode'), `${mode}\n`);
  }

  /** The next retrievals break off after so many bytes each. */
  cut(bytes: readonly number[]): void {
    writeFileSync(join(this.#folder, 'cuts'), bytes.map((count) => `${count}\n`).join(''));
  }

  /** The byte that each retrieval began at. */
  get retrievals(): readonly number[] {
    try {
      return readFileSync(join(this.#folder, 'log'), 'utf8').trim().split('\n').map(Number);
    } catch {
      return [];
    }
  }

  forget(): void {
    rmSync(join(this.#folder, 'log'), { force: true });
  }
}
