# Adds up the report of a run with faults: "| id | what | verdict | name count, name count, seconds |" per line.
BEGIN { FS = " \\| " }
NR > 2 {
  verdicts[$3]++
  if ($3 ~ /^not run/) next
  n = split($4, counts, ", ")
  for (i = 1; i < n; i++) {
    value = counts[i]
    sub(/.* /, "", value)
    name = substr(counts[i], 1, length(counts[i]) - length(value) - 1)
    if (name == "acks" || name ~ /^accepted( in the storm)?$/ || name == "operations") acks += value
    if (name == "lost" || name == "doubled" || name == "stuck" || name == "skipped") sum[name] += value
    if (name == "recovery p99 ms" && value + 0 > slowest) { slowest = value + 0; where = $1 }
  }
}
END {
  printf "\nTotal: %d operations acknowledged; lost %d, skipped %d, doubled %d, stuck %d; slowest recovery p99 %d ms (%s).\n", \
    acks, sum["lost"], sum["skipped"], sum["doubled"], sum["stuck"], slowest, substr(where, 3)
  printf "Verdicts:"
  for (verdict in verdicts) printf " %s %d;", verdict, verdicts[verdict]
  printf "\n"
}
