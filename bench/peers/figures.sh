#!/bin/sh
# Makes every figure of docs/performance.md, with one process at a time: keep the machine idle meanwhile.
#
#   bench/peers/figures.sh FOLDER [SET ...]
#
# FOLDER gets the vectors, a JSON file and a plot for each set; what is there already is not made again.
# Sets: mix128 mix768 mix1536 tight duplicates filters deletes threads memory large; all by default.
#
#   ATTUNE_FIGURES_SCALE   divides all numbers of vectors, to try it out (default 1)
set -eu
checkout=$(cd "$(dirname "$0")/../.." && pwd)
[ $# -ge 1 ] || {
  printf 'usage: %s FOLDER [SET ...]\n' "$0" >&2
  exit 2
}
folder=$1
shift
[ $# -ge 1 ] || set -- mix128 mix768 mix1536 tight duplicates filters deletes threads memory large
scale=${ATTUNE_FIGURES_SCALE:-1}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

attune() {
  "$checkout/attune" "$@"
}

# data NAME VECTORS [OPTIONS FOR generate]; then $files names them.
data() {
  name=$1
  vectors=$(($2 / scale))
  shift 2
  [ -d "$folder/data-$name" ] || {
    attune bench ann generate "$folder/data-$name.part" --n "$vectors" "$@"
    mv "$folder/data-$name.part" "$folder/data-$name"
  }
  files="--base $folder/data-$name/base.fvecs --query $folder/data-$name/query.fvecs --groundtruth $folder/data-$name/groundtruth.ivecs"
}

# into NAME COMMAND: the command's JSON lines become a file, whole or not at all.
into() {
  [ -f "$folder/$1.jsonl" ] || {
    printf '== %s\n' "$1" >&2
    target=$folder/$1
    shift
    attune "$@" --output json >"$target.part"
    mv "$target.part" "$target.jsonl"
  }
}

# shellcheck disable=SC2086 # $files holds several words on purpose
peers() {
  into "$1" bench peers $files --plot "$folder/$1.html"
}

# shellcheck disable=SC2086
for figure in "$@"; do
  case $figure in
    mix128) data mix128 100000 --d 128 && peers mix128 ;;
    mix768) data mix768 50000 --d 768 && peers mix768 ;;
    mix768-20k) data mix768-20k 20000 --d 768 && peers mix768-20k ;;
    mix1536) data mix1536 20000 --d 1536 && peers mix1536 ;;
    tight) data tight 40000 --d 128 --within 0.05 --noise 0.02 && peers tight ;;
    duplicates) data duplicates 40000 --d 128 --duplicates 0.3 && peers duplicates ;;
    filters)
      data mix128 100000 --d 128
      into filters bench ann $files --engine attune_float32,lucene --ef 32,64,128,256,512 \
        --filter-selectivity 0.001,0.01,0.1,0.5,0.99
      ;;
    deletes)
      data mix128 100000 --d 128
      into deletes bench ann deletes $files --ef 32,64,128
      ;;
    threads)
      data mix128 100000 --d 128
      into threads1 bench ann $files --engine attune_float32 --ef 64 --threads 1
      into threads2 bench ann $files --engine attune_float32 --ef 64 --threads 2
      ;;
    memory)
      # More than 1 GiB of vectors, from which on JVECTOR walks codes.
      data memory768 400000 --d 768
      into memory bench ann memory $files --engine attune_float32,attune_jvector,attune_binary \
        --ef 32,64,128 --rounds 1 --heap 128 --limit 300 --indexes "$folder/indexes"
      ;;
    large)
      # Doubled step by step, to see what grows faster than the number of vectors.
      for thousands in 125 250 500 1000; do
        data "large128-$thousands" "${thousands}000" --d 128
        into "large128-$thousands" bench ann $files --engine attune_float32 --ef 16,32,64,128
      done
      for thousands in 50 100 200; do
        data "large768-$thousands" "${thousands}000" --d 768
        into "large768-$thousands" bench ann $files --engine attune_float32 --ef 16,32,64,128
      done
      ;;
    *)
      printf '%s: no such set\n' "$figure" >&2
      exit 2
      ;;
  esac
done
