#!/bin/sh
# shellcheck disable=SC2016 # backticks in messages are quotation marks
#
# Builds mlops-hook, installs it, and hooks up bare repositories. See --help, and docs/install/plain-host.md.

set -eu

usage() {
  cat <<'HELP'
usage: ./install.sh [--prefix DIR] [--from DIR] [--strict] [--repo PATH]... [--template DIR]...
       ./install.sh --uninstall [--prefix DIR] [--repo PATH]... [--template DIR]...

  --prefix DIR    install below DIR (default /usr/local): bin/mlops-hook, bin/mlops-relay,
                  bin/mlops-reconciler, libexec/mlops-hook/, share/mlops-hook/ with systemd units, and completion for bash, zsh and fish
  --from DIR      install the executables that lie in DIR instead of building them
  --repo PATH     put the hooks into this repository; may be repeated. Hooks that are there are kept and run first
  --template DIR  put the hooks into this git template folder, so that repositories made from it are born with them
  --strict        with --repo: install `reference-transaction` too, so that a protected ref moves only by a push that the
                  gate accepted, and not by `git update-ref`, a web merge or a mirror on the host
  --uninstall     with --repo or --template: restore the hooks that were there; without: remove the programs
  --help          print this

It can be run again at any time. What the prefix already holds at this version is not built again.
The last step for each repository is a real push that its gate must refuse.
Exit status: 0 done, 1 something could not be done (the rest was) or a gate is not in force, 2 usage.
HELP
}

say() { printf '%s\n' "$1"; }
warn() { printf 'warning: %s\n' "$1" >&2; }
hint() { printf 'hint: %s\n' "$1" >&2; }
die() {
  printf 'error: %s\n' "$1" >&2
  [ $# -lt 2 ] || hint "$2"
  exit 1
}
misuse() {
  printf 'error: %s\n' "$1" >&2
  usage >&2
  exit 2
}

# --- Files -----------------------------------------------------------------------------------------------------------

# Flushes a file or folder to disk; where `sync` takes no arguments, everything.
flush() { sync "$1" 2>/dev/null || sync; }

# place SOURCE TARGET MODE: puts a copy in TARGET's place whole, or leaves TARGET as it was. A program that is running
# from TARGET keeps running: the old file lives on until it ends.
place() {
  if [ ! -L "$2" ] && [ -f "$2" ] && cmp -s "$1" "$2"; then
    chmod "$3" "$2"
    return
  fi
  [ ! -d "$2" ] || [ -L "$2" ] || die "\`$2\` is a folder"
  fresh=$2.new.$$
  rm -f "$fresh"
  cp "$1" "$fresh" || die "could not write \`$2\`"
  chmod "$3" "$fresh"
  flush "$fresh"
  mv -f "$fresh" "$2"
  fresh=
  flush "${2%/*}"
}

# The name of a file's contents.
digest() { git hash-object --no-filters --stdin <"$1"; }

# --- The programs ----------------------------------------------------------------------------------------------------

hooks='pre-receive update post-receive'
# Every hook that we have: the last one is put into a repository by --strict alone.
all_hooks="$hooks reference-transaction"
programs='mlops-hook mlops-relay mlops-reconciler'

# What is installed, by contents: the same sources have the same name, with or without git's history around them.
revision() {
  if [ -n "$from" ]; then
    for name in $programs $all_hooks; do digest "$from/$name"; done
  else
    (cd "$source" && find Package.swift VERSION Sources -type f | LC_ALL=C sort | while IFS= read -r file; do
      printf '%s %s\n' "$(digest "$file")" "$file"
    done)
  fi | git hash-object --stdin
}

# What this prefix should hold: a version, the revision of its sources, and each executable by its contents.
stamp() {
  printf 'mlops-hook %s\nrevision %s\n' "$version" "$wanted"
  for file in bin/mlops-hook bin/mlops-relay bin/mlops-reconciler libexec/mlops-hook/pre-receive \
    libexec/mlops-hook/update libexec/mlops-hook/post-receive libexec/mlops-hook/reference-transaction; do
    printf '%s %s\n' "$(digest "$prefix/$file")" "$file"
  done
}

# Whether the prefix holds this version, whole.
is_current() {
  [ -f "$share/VERSION" ] || return 1
  for file in "$prefix/bin/mlops-hook" "$prefix/bin/mlops-relay" "$prefix/bin/mlops-reconciler" "$libexec/pre-receive" \
    "$libexec/update" "$libexec/post-receive" "$libexec/reference-transaction"; do
    [ -x "$file" ] || return 1
  done
  [ "$(stamp)" = "$(cat "$share/VERSION")" ]
}

install_programs() {
  wanted=$(revision)
  if is_current; then
    say "$prefix already holds mlops-hook $version"
  else
    built=$from
    [ -n "$built" ] || build
    for name in $programs $all_hooks; do
      [ -s "$built/$name" ] || die "there is no \`$name\` in \`$built\`"
    done
    mkdir -p "$prefix/bin" "$libexec" "$share"
    rm -f "$share/VERSION"
    for name in $all_hooks; do place "$built/$name" "$libexec/$name" 755; done
    for name in $programs; do place "$built/$name" "$prefix/bin/$name" 755; done
    stamp >"$scratch/VERSION"
    place "$scratch/VERSION" "$share/VERSION" 644
    say "installed mlops-hook $version below $prefix"
  fi
  install_completions
  mkdir -p "$share/hooks" "$share/systemd"
  for unit in "$source/share/systemd"/*.service "$source/share/systemd"/*.timer; do
    sed "s|=/usr/local/bin/|=$prefix/bin/|" "$unit" >"$scratch/unit"
    place "$scratch/unit" "$share/systemd/${unit##*/}" 644
  done
  place "$source/hooks/chain" "$libexec/chain" 755
  place "$source/hooks/pre-push" "$share/hooks/pre-push" 755
  (cd "$source/policies" && find . -type f | LC_ALL=C sort) >"$scratch/policies"
  while IFS= read -r file; do
    target=$share/policies/${file#./}
    mkdir -p "${target%/*}"
    place "$source/policies/${file#./}" "$target" 644
  done <"$scratch/policies"
}

# What the three shells complete with, each where it looks by itself when the prefix is one of its own.
completions='bash share/bash-completion/completions/mlops-hook
zsh share/zsh/site-functions/_mlops-hook
fish share/fish/vendor_completions.d/mlops-hook.fish'

# The installed program writes them itself, so that they know what it knows.
install_completions() {
  printf '%s\n' "$completions" >"$scratch/completions"
  while read -r shell file; do
    if "$prefix/bin/mlops-hook" --generate-completion-script "$shell" >"$scratch/completion" 2>/dev/null; then
      mkdir -p "$prefix/${file%/*}"
      place "$scratch/completion" "$prefix/$file" 644
    else
      warn "\`$prefix/bin/mlops-hook\` does not run here: completion for $shell is left out"
    fi
  done <"$scratch/completions"
}

# Their folders are shared: those that are empty now go, without a word about the others.
uninstall_completions() {
  printf '%s\n' "$completions" | while read -r shell file; do
    rm -f "$prefix/$file"
    while file=${file%/*} && [ "$file" != share ]; do rmdir "$prefix/$file" 2>/dev/null || break; done
  done
}

build() {
  command -v swift >/dev/null || die 'there is no `swift` on the PATH' 'https://www.swift.org/install/linux/'
  # The static build has a folder of its own: `swift build` and `swift test` without its flags would fail in it.
  (cd "$source" && scripts/build-static.sh) ||
    die 'the build failed' '`make deps` installs what it needs; MLOPS_SHARED_LIBRARIES=1 links shared libraries'
  built=$(cd "$source" && scripts/build-static.sh --show-bin-path)
}

uninstall_programs() {
  uninstall_completions
  for name in $all_hooks chain; do rm -f "$libexec/$name"; done
  for name in $programs; do rm -f "$prefix/bin/$name"; done
  for unit in "$source/share/systemd"/*.service "$source/share/systemd"/*.timer; do rm -f "$share/systemd/${unit##*/}"; done
  rm -f "$share/VERSION" "$share/hooks/pre-push"
  (cd "$source/policies" && find . -type f) | while IFS= read -r file; do rm -f "$share/policies/$file"; done
  for folder in "$share/policies"/* "$share/policies" "$share/hooks" "$share/systemd" "$share" "$libexec"; do
    [ ! -d "$folder" ] || rmdir "$folder" 2>/dev/null || warn "\`$folder\` is kept: it holds other files"
  done
  say "removed mlops-hook from $prefix"
  say 'repositories keep their copies of the hooks, and are still gated: see --uninstall --repo'
}

# --- The hooks of one folder -----------------------------------------------------------------------------------------

# Below, $folder is a hooks folder. $folder/mlops-hook/ is ours: `installed` names by its contents each file that we ever
# put in a hook's place, so that a hook of somebody else is never taken for ours, nor ours for theirs.

is_ours() {
  [ ! -L "$folder/$1" ] && [ -f "$folder/$1" ] && [ -f "$folder/mlops-hook/installed" ] &&
    grep -qxF "$(digest "$folder/$1") $1" "$folder/mlops-hook/installed"
}

# enlist FILE NAME: remembers FILE's contents as ours, before they take the hook's place.
enlist() {
  ledger=$folder/mlops-hook/installed
  line="$(digest "$1") $2"
  [ ! -f "$ledger" ] || ! grep -qxF "$line" "$ledger" || return 0
  { [ ! -f "$ledger" ] || cat "$ledger"; printf '%s\n' "$line"; } >"$scratch/installed"
  place "$scratch/installed" "$ledger" 644
}

# Whether a hook of this name has others to run beside the gate.
has_others() {
  for other in "$folder/$1.d"/*; do
    case $other in *~) continue ;; esac
    if [ -f "$other" ] && [ -x "$other" ]; then return 0; fi
  done
  return 1
}

# keep NAME: copies a hook that is not ours to NAME.d/NAME. It goes by the same name there, as some hooks ask for theirs.
keep() {
  own=$folder/$1 kept=$folder/$1.d/$1
  if [ -e "$kept" ] || [ -L "$kept" ]; then
    if cmp -s "$own" "$kept"; then return; fi
    die "\`$own\` and \`$kept\` are both there, and neither is ours" \
      'remove one of them, or give the second another name, and run this again'
  fi
  if has_others "$1"; then
    die "\`$own\` has a folder \`$1.d\` beside it, and seems to run what lies there itself" \
      "leave that hook as it is, and copy \`$libexec/$1\` to \`$folder/$1.d/mlops-hook\`"
  fi
  [ -d "$folder/$1.d" ] || mkdir "$folder/$1.d"
  relocate "$own" "$kept" ..
  flush "$folder/$1.d"
}

# relocate SOURCE TARGET UP: copies a file as it is; a relative link still points to the same file from its new place.
relocate() {
  fresh=$2.new.$$
  rm -f "$fresh"
  if [ -L "$1" ]; then
    link=$(readlink "$1")
    case $link in
      /*) ;;
      *) if [ "$3" = .. ]; then link=../$link; else link=${link#../}; fi ;;
    esac
    ln -s "$link" "$fresh"
  else
    cp -p "$1" "$fresh" || die "could not copy \`$1\`"
    flush "$fresh"
  fi
  mv -f "$fresh" "$2"
  fresh=
}

# The hooks that this folder is to hold: where it was strict it stays so, until --uninstall.
wanted_hooks() {
  if [ -n "$strict" ] || is_ours reference-transaction; then echo "$all_hooks"; else echo "$hooks"; fi
}

# Puts the hooks into the folder. One that is there stays in force until its copy and ours are on disk.
arm() {
  mkdir -p "$folder/mlops-hook"
  armed=$(wanted_hooks)
  for name in $armed; do
    if is_ours "$name" || { [ ! -e "$folder/$name" ] && [ ! -L "$folder/$name" ]; }; then continue; fi
    if [ -f "$folder/$name" ] && [ -x "$folder/$name" ]; then
      keep "$name"
      say "  $name: the hook that was there is kept in $name.d/, and runs first"
    elif [ -f "$folder/$name" ]; then
      # git never ran it; it must not begin to run because of us.
      relocate "$folder/$name" "$folder/$name.disabled" .
      warn "\`$folder/$name\` was not executable: it is kept as $name.disabled"
    elif [ -L "$folder/$name" ]; then
      warn "\`$folder/$name\` was a link to nothing: it is replaced"
    else
      die "\`$folder/$name\` is no regular file"
    fi
  done
  for name in $armed; do
    enlist "$libexec/$name" "$name"
    if has_others "$name"; then
      enlist "$libexec/chain" "$name"
      place "$libexec/$name" "$folder/mlops-hook/$name" 755
      place "$libexec/chain" "$folder/$name" 755
    else
      place "$libexec/$name" "$folder/$name" 755
      rm -f "$folder/mlops-hook/$name"
    fi
  done
  for name in $armed; do
    cmp -s "$folder/$name" "$libexec/$name" || cmp -s "$folder/$name" "$libexec/chain" ||
      die "\`$folder/$name\` is not what was installed"
  done
}

# Gives the folder back as it was found.
disarm() {
  for name in $all_hooks; do
    kept=$folder/$name.d/$name
    if ! is_ours "$name"; then
      if [ -e "$folder/$name" ]; then warn "\`$folder/$name\` is not ours: it is left as it is"; fi
    elif [ -e "$kept" ] || [ -L "$kept" ]; then
      relocate "$kept" "$folder/$name" .
      flush "$folder"
      rm -f "$kept"
    else
      rm -f "$folder/$name"
    fi
    if [ -f "$folder/$name.disabled" ] && [ ! -e "$folder/$name" ]; then
      mv "$folder/$name.disabled" "$folder/$name"
    fi
    [ ! -d "$folder/$name.d" ] || rmdir "$folder/$name.d" 2>/dev/null ||
      warn "\`$folder/$name.d\` is kept: nothing runs the hooks in it any more"
    rm -f "$folder/mlops-hook/$name"
  done
  rm -f "$folder/mlops-hook/installed"
  rmdir "$folder/mlops-hook" 2>/dev/null || :
  flush "$folder"
}

# --- One repository --------------------------------------------------------------------------------------------------

# as_owner COMMAND...: root acts for a repository as its owner, so that git trusts it and the owner can write what we made.
as_owner() {
  if [ "$(id -u)" -eq 0 ] && [ "$owner" != root ] && [ "$owner" != UNKNOWN ]; then
    su -s /bin/sh "$owner" -c 'exec "$0" "$@"' -- "$@"
  else
    "$@"
  fi
}

in_repository() { as_owner git --git-dir="$git_dir" "$@"; }

# Finds the git directory of $1, or says why there is none.
locate() {
  case $1 in /*) path=$1 ;; *) path=$PWD/$1 ;; esac
  git_dir=
  if [ -f "$path/HEAD" ] && [ -d "$path/objects" ] && [ -e "$path/refs" ]; then
    git_dir=$path
  elif [ -f "$path/.git/HEAD" ] && [ -d "$path/.git/objects" ] && [ -e "$path/.git/refs" ]; then
    git_dir=$path/.git
    warn "\`$1\` has a work tree: a gate belongs in a bare repository, the one that people push to"
  elif [ -f "$path/.git" ]; then
    die "\`$1\` is a work tree that is linked to a repository elsewhere" 'give the path of that repository'
  else
    die "\`$1\` is not a git repository"
  fi
  git_dir=$(cd "$git_dir" && pwd -P)
  owner=$(stat -c %U "$git_dir")
  readable=yes
  storage=$(as_owner git config --file "$git_dir/config" --get extensions.refStorage || :)
  if [ "${storage:-files}" != files ]; then
    readable=
    warn "\`$1\` keeps its refs as $storage, a format that the gate cannot read: every push to it is refused"
  elif ! in_repository rev-parse --git-dir >/dev/null 2>"$scratch/git"; then
    die "git cannot read \`$1\`: $(head -n 1 "$scratch/git")"
  elif [ "$(in_repository rev-parse --show-object-format)" != sha1 ]; then
    readable=
    warn "\`$1\` is a SHA-256 repository, which the gate cannot read: every push to it is refused"
  fi
  find_hooks "$1"
}

# Sets $folder to where git looks for this repository's hooks.
find_hooks() {
  folder=$git_dir/hooks
  configured=
  [ -z "$readable" ] || configured=$(in_repository config --type=path --get core.hooksPath || :)
  if [ -n "$configured" ]; then
    case $configured in /*) folder=$configured ;; *) folder=$git_dir/$configured ;; esac
    warn "core.hooksPath is set for \`$1\`: git looks for hooks in \`$folder\`, and so they go there"
    hint 'every repository with that setting runs them too'
  elif [ -L "$folder" ]; then
    warn "\`$folder\` is a link to \`$(readlink "$folder")\`: every repository that shares it runs the same hooks"
  fi
  [ -d "$folder" ] || mkdir -p "$folder"
  folder=$(cd "$folder" && pwd -P)
}

# configure FILE: the settings that a gate leans on, each at most once.
configure() {
  if [ "$(as_owner git config --file "$1" --type=bool --get receive.fsckObjects || :)" != true ]; then
    as_owner git config --file "$1" --replace-all receive.fsckObjects true
    say '  receive.fsckObjects is now true: git itself refuses malformed objects'
  fi
  if ! as_owner git config --file "$1" --get-all transfer.hideRefs | grep -qxF refs/mlops; then
    as_owner git config --file "$1" --add transfer.hideRefs refs/mlops
    say '  transfer.hideRefs now names refs/mlops: the record of triggers is nobody else'\''s business'
  fi
  if ! as_owner git config --file "$1" --get-all receive.hideRefs | grep -qxF refs/replace; then
    as_owner git config --file "$1" --add receive.hideRefs refs/replace
    say '  receive.hideRefs now names refs/replace: nobody pushes other objects in the place of those that were judged'
  fi
  if [ "$(as_owner git config --file "$1" --type=bool --get receive.shallowUpdate || :)" = true ]; then
    warn 'receive.shallowUpdate lets pushes from shallow clones in, whose past the gate cannot judge'
    hint "git config --file '$1' --unset-all receive.shallowUpdate"
  fi
  if [ -n "$strict" ] && [ "$(as_owner git config --file "$1" --type=bool --get mlops.strict || :)" != true ]; then
    as_owner git config --file "$1" mlops.strict true
    say '  mlops.strict is now true: a protected ref moves only by a push that the gate accepted'
  fi
}

# name_relay FILE: where post-receive finds the relay to start when none runs. One that somebody named is left.
name_relay() {
  if ! as_owner git config --file "$1" --get mlops.relay >/dev/null; then
    as_owner git config --file "$1" mlops.relay "$prefix/bin/mlops-relay"
    say "  mlops.relay now names $prefix/bin/mlops-relay: a push starts one round of delivery where no relay runs"
  fi
}

# Whether a hook is the `update` that gitolite puts into each of its repositories, again whenever it is set up.
is_gitolites() { [ -f "$folder/update" ] && grep -qF 'use Gitolite::Hooks::Update' "$folder/update"; }

install_repository() {
  locate "$1"
  say "$git_dir"
  ! is_gitolites || die "\`$1\` is gitolite's, which puts its own hooks in the place of others" \
    'docs/install/gitolite.md says where the gate goes instead'
  # Once armed, what the record lacks are triggers that are still owed: only what stood before that is recorded.
  if [ -n "$readable" ] && ! is_ours post-receive &&
    ! as_owner "$prefix/bin/mlops-hook" emit --record --repo "$git_dir"; then
    warn 'the tips that stand could not be recorded: the next trigger will name everything as new'
    hint "mlops-hook emit --record --repo '$git_dir'"
  fi
  arm
  configure "$git_dir/config"
  name_relay "$git_dir/config"
  say "  hooks installed: $(echo "$armed" | sed 's/ /, /g')"
  prove
}

# Lets git say that the gate is in force: a real push that it must refuse. What cannot be read refuses every push.
prove() {
  [ -n "$readable" ] || return 0
  if as_owner git config --file "$git_dir/config" --get receive.procReceiveRefs >/dev/null; then
    die 'receive.procReceiveRefs hands refs to another hook, behind the gate' \
      "git config --file '$git_dir/config' --unset-all receive.procReceiveRefs"
  fi
  outcome=0
  as_owner "$prefix/bin/mlops-hook" doctor --canary --hooks-only --repo "$git_dir" >"$scratch/canary" 2>&1 || outcome=$?
  if [ "$outcome" -eq 0 ]; then
    say '  a push that the gate must refuse was refused'
  elif [ "$outcome" -eq 2 ]; then
    # As where a hook of the repository's own refuses the push before the gate is asked: the gate may well be in force.
    grep -v '^fine: ' "$scratch/canary" >&2 || :
    warn 'it could not be shown by a push that the gate is in force'
  elif grep -q '^error: `mlops.mode` is `audit`' "$scratch/canary" && [ "$(grep -c '^error: ' "$scratch/canary")" -eq 2 ]; then
    warn 'mlops.mode is audit: the gate reports, and refuses almost nothing'
  else
    grep -v '^fine: ' "$scratch/canary" >&2 || :
    die 'THE GATE IS NOT IN FORCE for this repository: see above'
  fi
}

uninstall_repository() {
  locate "$1"
  say "$git_dir"
  disarm
  if as_owner git config --file "$git_dir/config" --get mlops.strict >/dev/null; then
    as_owner git config --file "$git_dir/config" --unset-all mlops.strict
  fi
  if [ "$(as_owner git config --file "$git_dir/config" --get mlops.relay || :)" = "$prefix/bin/mlops-relay" ]; then
    as_owner git config --file "$git_dir/config" --unset mlops.relay
  fi
  say '  hooks removed, its own restored; receive.fsckObjects and transfer.hideRefs are left as they are'
}

install_template() {
  mkdir -p "$1/hooks"
  owner=$(stat -c %U "$1")
  folder=$(cd "$1/hooks" && pwd -P)
  say "$1"
  arm
  configure "$1/config"
  name_relay "$1/config"
  say "  repositories made by \`git init --template='$1'\`, or with init.templateDir, are born with the hooks"
}

uninstall_template() {
  [ -d "$1/hooks" ] || die "\`$1\` is not a git template folder"
  folder=$(cd "$1/hooks" && pwd -P)
  say "$1"
  disarm
  say '  hooks removed'
}

# --- The command line ------------------------------------------------------------------------------------------------

prefix=/usr/local from='' strict='' mode=install status=0 fresh='' built='' places=''
source=$(cd "$(dirname "$0")" && pwd -P)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/mlops-install.XXXXXXXX")
trap 'rm -rf "$scratch"; [ -z "$fresh" ] || rm -f "$fresh"' EXIT
trap 'exit 1' HUP INT PIPE TERM

# remember KIND PATH: one line for each, so that any path goes but one with a line end.
remember() {
  case $2 in
    '') misuse "$1 takes a path" ;;
    *'
'*) misuse 'a path may not hold a line end' ;;
  esac
  printf '%s %s\n' "$1" "$2" >>"$scratch/places"
  places=yes
}

while [ $# -gt 0 ]; do
  case $1 in
    --prefix=* | --from=* | --repo=* | --template=*)
      option=${1%%=*} value=${1#*=}
      shift
      set -- "$option" "$value" "$@"
      continue
      ;;
    --prefix | --from | --repo | --template) [ $# -ge 2 ] || misuse "$1 takes a path" ;;
  esac
  case $1 in
    --prefix) prefix=$2 && shift 2 ;;
    --from) from=$2 && shift 2 ;;
    --repo | --template) remember "$1" "$2" && shift 2 ;;
    --strict) strict=yes && shift ;;
    --uninstall) mode=uninstall && shift ;;
    -h | --help) usage && exit 0 ;;
    *) misuse "unknown argument \`$1\`" ;;
  esac
done

command -v git >/dev/null || die 'there is no `git` on the PATH'
# An installer that a hook or an alias started must not take that repository's settings for those it is given.
# shellcheck disable=SC2046 # names of variables, one a word
unset $(git rev-parse --local-env-vars)

[ -z "$strict" ] || { [ "$mode" = install ] && grep -q '^--repo ' "$scratch/places" 2>/dev/null &&
  ! grep -q '^--template ' "$scratch/places"; } || misuse '--strict goes with --repo alone'
[ -n "$prefix" ] || misuse '--prefix takes a path'
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
libexec=$prefix/libexec/mlops-hook share=$prefix/share/mlops-hook
version=$(cat "$source/VERSION")
if [ -n "$from" ]; then
  from=$(cd "$from" && pwd -P) || die "there is no folder \`$from\`"
  for name in mlops-hook $all_hooks; do [ -s "$from/$name" ] || die "there is no \`$name\` in \`$from\`"; done
fi
umask 022

[ "$mode" = uninstall ] || install_programs
if [ -n "$places" ]; then
  # Each place in a shell of its own: what fails for one leaves the others be.
  while IFS=" " read -r kind path <&3; do
    set +e
    (
      set -e
      trap '[ -z "$fresh" ] || rm -f "$fresh"' EXIT
      case $mode$kind in
        install--repo) install_repository "$path" ;;
        install--template) install_template "$path" ;;
        uninstall--repo) uninstall_repository "$path" ;;
        *) uninstall_template "$path" ;;
      esac
    )
    outcome=$?
    set -e
    [ "$outcome" -eq 0 ] || status=1
  done 3<"$scratch/places"
elif [ "$mode" = uninstall ]; then
  uninstall_programs
fi
exit "$status"
