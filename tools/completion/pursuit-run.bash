# Completion of pursuit-run and pursuit-train for bash. From a checkout: source tools/completion/pursuit-run.bash

_pursuit_files() { # _pursuit_files PATTERN: folders, and files that match
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen -d -- "$word"; compgen -f -X "!$1" -- "$word")
}

_pursuit_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word"); }

# What list --where may begin with: columns of list --csv.
_pursuit_keys="id= stage= mode= N= tau= n_trials= gain= learning_rate= activation= activation_min= activation_max= seed= state= loss loss_first loss_last
  bias_high bias_low direction_sd_high direction_sd_low direction_error_high direction_error_low fwhm_high fwhm_low silent_units
  behaviour_bias_high behaviour_bias_low onset_ms_high onset_ms_low open_loop_bias_high open_loop_bias_low observer_bias_high
  observer_bias_low bias_without_cue_high bias_without_cue_low parameter_amplitude parameter_phase
  parameter_amplitude_input_gain parameter_phase_input_gain parameter_amplitude_threshold parameter_phase_threshold
  parameter_amplitude_response_gain parameter_phase_response_gain shuffled_bias_high
  shuffled_bias_low uniform_bias_high uniform_bias_low seconds"

# The runs of the experiment's folder, or of results for an experiment file.
_pursuit_runs() {
  local folder=$1
  [ -d "$folder" ] && folder=$(cd -P "$folder/.." && pwd) || folder=results # . and links too
  _pursuit_words "$(cd "$folder/runs" 2>/dev/null && printf '%s\n' * | cut -c 1-12)"
}

# Values of the options that both programs have; false if `previous` is none of them.
_pursuit_value() {
  case $previous in
  --engine) _pursuit_words "auto fused torch reference reference-double" ;;
  --data) _pursuit_words synthetic; [ ${#COMPREPLY[@]} -gt 0 ] || _pursuit_files '*.mat' ;;
  -o | --output_dir) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
  --mode) _pursuit_words "activation prior_input" ;;
  --stage) _pursuit_words "1 2" ;;
  *) return 1 ;;
  esac
}

_pursuit_train() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  _pursuit_value && return
  case $previous in
  --activation)
    _pursuit_words "input_gain threshold response_gain input_gain+threshold input_gain+response_gain threshold+response_gain
      input_gain+threshold+response_gain"
    ;;
  --device) _pursuit_words "auto cpu cuda:0" ;;
  --pretrained_path) _pursuit_files '*.mat' ;;
  *)
    _pursuit_words "--n_trials --N --decay_taus --gain --mode --stage --output_dir --gpu --gpu_frac
      --pretrained_path --activation --activation_min --activation_max --noise_recurrent --noise_input --noise_direction
      --amplitude_low --seed --data --learning_rate --device --engine --resume --help --version"
    ;;
  esac
}

_pursuit_run() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]}
  local verbs="run plan status list show why log diff verify repeat gc evaluate report replay data devices schema help"
  local run_options="--output_dir --data --set --devices --engine --retries --timeout --checkpoint-every
    --stop-after-same-failures --fail-fast --no-figures --progress -q -v -n --help"
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    _pursuit_words "$verbs --help --version"
    [ ${#COMPREPLY[@]} -gt 0 ] || _pursuit_files '*.y*ml'
    return
  fi
  _pursuit_value && return
  case $previous in
  --devices) _pursuit_words "auto cpu cpu:1 cuda cuda:0"; return ;;
  --progress) _pursuit_words "auto plain none"; return ;;
  --graph) _pursuit_words "dot mermaid"; return ;;
  --where) compopt -o nospace; _pursuit_words "$_pursuit_keys"; return ;;
  --sort)
    local of_plan="id stage mode N tau n_trials gain learning_rate activation noise_recurrent noise_input noise_direction
      amplitude_low activation_min activation_max seed parent action reason"
    [ "$verb" = plan ] && _pursuit_words "$of_plan" || _pursuit_words "${_pursuit_keys//=/} parent started"
    return
    ;;
  esac
  case $verb in
  help) [ "$COMP_CWORD" -gt 2 ] || _pursuit_words "$verbs"; return ;;
  show | why | log | diff | repeat)
    if [ "$COMP_CWORD" -gt 2 ]; then _pursuit_runs "${COMP_WORDS[2]}"; return; fi
    ;;
  schema) _pursuit_words "experiment manifest"; return ;;
  data) if [ "$COMP_CWORD" = 2 ]; then _pursuit_words "info synth draws"; return; fi ;;
  evaluate | replay) if [[ $word != -* ]]; then _pursuit_files '*.mat'; return; fi ;;
  esac
  if [[ $word != -* ]]; then _pursuit_files '*.y*ml'; return; fi
  case $verb in
  plan) _pursuit_words "$run_options --json --graph --sort" ;;
  status) _pursuit_words "--output_dir --json --watch --help" ;;
  list) _pursuit_words "--output_dir --where --sort --csv --json --help" ;;
  log) _pursuit_words "--output_dir -f --help" ;;
  gc) _pursuit_words "--output_dir --data --set --devices --engine --yes --help" ;;
  replay) _pursuit_words "-o --engine --help" ;;
  evaluate) _pursuit_words "-o --help" ;;
  data) _pursuit_words "-o --seed --mode --stage --n_trials --data --help" ;;
  diff) _pursuit_words "--output_dir --all --json --help" ;;
  why) _pursuit_words "--output_dir --data --set --devices --engine --help" ;;
  repeat) _pursuit_words "--output_dir --progress --quiet --keep --help" ;;
  devices | show | verify) _pursuit_words "--output_dir --help" ;;
  report) _pursuit_words "--output_dir --into --set --data --no-figures --quiet --help" ;;
  *) _pursuit_words "$run_options" ;;
  esac
}

complete -F _pursuit_run pursuit-run
complete -F _pursuit_train pursuit-train
