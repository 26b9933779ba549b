/** `minipach completion SHELL`: the script by which a shell completes commands, options and names. */

/** Readline quotes what is special where words are said to be names of files. */
const BASH = `# minipach completion for bash; load it with: eval "$(minipach completion bash)"
_minipach() {
  COMPREPLY=()
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done \\
    < <("$1" complete bash "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
  compopt -o filenames 2>/dev/null
  # The name of a pipeline may go on with that of a datum.
  if [[ \${#COMPREPLY[@]} -gt 0 && \${COMPREPLY[0]} == */ ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o default -F _minipach minipach
`;

const ZSH = `#compdef minipach
# minipach completion for zsh; load it with: eval "$(minipach completion zsh)"
_minipach() {
  local -a found open
  found=("\${(@f)$("\${words[1]}" complete zsh "\${LBUFFER}" 2>/dev/null)}")
  found=(\${found:#})
  if (( ! \${#found} )); then _files; return; fi
  open=(\${(M)found:#*/})
  found=(\${found:#*/})
  (( \${#open} )) && compadd -S '' -- "\${open[@]}"
  (( \${#found} )) && compadd -- "\${found[@]}"
}
if (( \${+functions[compdef]} )); then compdef _minipach minipach; fi
`;

const FISH = `# minipach completion for fish; load it with: minipach completion fish | source
complete -c minipach -n 'not __fish_seen_subcommand_from check demo' -f
complete -c minipach -a '(minipach complete fish (commandline -cp | string collect) 2>/dev/null)'
`;

/** Prints the script. */
export function completionCommand(shell: 'bash' | 'zsh' | 'fish'): void {
  process.stdout.write({ bash: BASH, zsh: ZSH, fish: FISH }[shell]);
}
