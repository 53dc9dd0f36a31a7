#!/bin/sh
# A worker that trains nothing: what it does with a job is said by the job's first model path.
trap 'stop=1' TERM
[ -n "$FAKE_WORKER_DEAF" ] && exec sleep 1000

done_event() { # index
  printf '{"event":"done","run":%s,"model":{"path":"m","sha256":"%s","bytes":1},' "$1" "$$"
  printf '"loss":{"first":3,"last":1,"mean_last_200":2},"seconds":0.5,"from_trial":0,"to_trial":9}\n'
}
idle() { echo '{"event":"idle"}'; }

while IFS= read -r line; do
  case "$line" in
  *'"model":"ok"'*)
    echo '{"event":"ready","engine":"fake"}'
    echo '{"event":"progress","run":0,"trial":4,"loss":0.5,"trials_per_s":2,"from_trial":1}'
    done_event 0
    idle ;;
  *'"model":"pack"'*) done_event 2; done_event 0; done_event 1; idle ;;
  *'"model":"pieces"'*)
    printf '{"event":"fai'; sleep 0.05; printf 'led","run":0,"error":"no'; sleep 0.05
    printf ' luck","out_of_memory":false}\n{"event":"idle"}\n' ;;
  *'"model":"segv"'*) echo 'about to fall' >&2; kill -SEGV $$ ;;
  *'"model":"done_then_segv"'*) done_event 0; kill -SEGV $$ ;;
  *'"model":"exit"'*) head -c 5000 /dev/zero | tr '\0' 'x' >&2; echo ' the end' >&2; exit 3 ;;
  *'"model":"garbage"'*) echo 'Intel MKL WARNING'; sleep 1000 ;;
  *'"model":"other_run"'*) done_event 7; sleep 1000 ;;
  *'"model":"mute"'*) exec >&-; while :; do sleep 1; done ;;
  *'"model":"hang"'*) [ -n "$FAKE_WORKER_PID" ] && echo $$ >"$FAKE_WORKER_PID"; exec sleep 1000 ;;
  *'"model":"slow"'*)
    for i in 1 2 3 4 5 6 7 8; do echo '{"event":"alive"}'; sleep 0.25; done
    done_event 0; idle ;;
  *'"model":"hang_with_child"'*) sleep 1000 & echo "$!" >"$FAKE_WORKER_PID"; wait ;;
  *'"model":"drain"'*)
    echo '{"event":"progress","run":0,"trial":4,"loss":0.5,"trials_per_s":2,"from_trial":1}'
    while [ -z "$stop" ]; do sleep 0.02; done
    stop=
    echo '{"event":"stopped","run":0,"from_trial":1,"to_trial":5}'
    idle ;;
  esac
done
